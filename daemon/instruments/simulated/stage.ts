// The simulated motion stage.
import { callContext } from '../../call-context';
import { sleep, systemClock, type Clock } from '../clock';
import { SerialInstrument, type QueryOptions } from '../serial-instrument';
import { seedOf, simulatedLine, type SimulationOptions } from './simulation-options';
import { SPEEDS, StageModel, TRAVEL } from './stage-model';

/** How often a moving stage is asked where it is, in milliseconds. */
const POLL = 50;

/** Clean-up goes on after a cancel. */
const REGARDLESS: QueryOptions = { signal: null };

/** The stage refused a command, is busy with a move, or was stopped on its way. */
export class StageError extends Error {
  static {
    this.prototype.name = 'StageError';
  }

  constructor(
    message: string,
    /** Where the stage was to go, in mm, if it was to go somewhere. */
    readonly target?: number,
  ) {
    super(message);
  }
}

interface Status {
  readonly position: number;
  readonly moving: boolean;
}

/**
 * A simulated linear stage: 50 mm of travel, up to 10 mm/s with 40 mm/s² up and down, 3 µm of backlash, an encoder with
 * 0.3 µm of noise.
 *
 * A move takes as long as it takes, so serve it with a concurrency above 1: then `stop()` and `position` work meanwhile.
 */
export class SimulatedStage extends SerialInstrument {
  readonly #clock: Clock;
  #target: number | undefined;
  #stopped = false;

  constructor(options: SimulationOptions = {}) {
    const sync = { query: 'ID?', answer: /^SIMULATED-STAGE / };
    super({ sync, ...simulatedLine('stage', new StageModel(seedOf(options)), options) });
    this.#clock = options.clock ?? systemClock;
  }

  /** Position of the table, in mm. */
  get position(): Promise<number> {
    return this.#status().then((status) => status.position);
  }

  /** Whether it moves. */
  get moving(): Promise<boolean> {
    return this.#status().then((status) => status.moving);
  }

  /**
   * Speed of the moves to come, in mm/s, from 0.1 to 10.
   * @throws RangeError when it is set to anything else.
   */
  get speed(): Promise<number> {
    return this.queryNumber('SPEED?');
  }

  set speed(speed: number) {
    if (!(speed >= SPEEDS.low && speed <= SPEEDS.high)) {
      throw new RangeError(`speed must be from ${SPEEDS.low} to ${SPEEDS.high} mm/s, not ${String(speed)}`);
    }
    this._finish(this.#order(`SPEED ${speed}`));
  }

  /**
   * Moves to `position` and gives the position that was reached, in mm. Reports its progress. When it is cancelled, the
   * stage brakes and comes to rest first.
   * @param position 0 to 50 mm.
   * @throws RangeError if `position` is outside; StageError if a move is under way already, or `stop()` ended this one.
   */
  async moveTo(position: number): Promise<number> {
    if (!(position >= TRAVEL.low && position <= TRAVEL.high)) {
      throw new RangeError(
        `position must be from ${TRAVEL.low} to ${TRAVEL.high} mm, not ${String(position)}`,
      );
    }
    if (this.#target !== undefined) {
      throw new StageError(
        `the stage is on its way to ${this.#target} mm: wait for it, or stop() it first`,
        this.#target,
      );
    }
    this.#target = position;
    this.#stopped = false;
    try {
      return await this.#travel(position);
    } catch (error) {
      // Nobody watches the move any more: it must not go on. If the line is dead, the first error says it all.
      await this.#halt().catch(() => undefined);
      throw error;
    } finally {
      this.#target = undefined;
    }
  }

  /** Brakes, and gives the position where it came to rest, in mm. Works while a move is under way, which then fails. */
  async stop(): Promise<number> {
    this.#stopped = true;
    return this.#halt();
  }

  async #travel(target: number): Promise<number> {
    const context = callContext();
    const start = await this.position;
    await this.#order(`MOVE ${target.toFixed(4)}`);
    for (;;) {
      const { position, moving } = await this.#status();
      if (this.#stopped) throw new StageError(`stopped at ${position} mm on the way to ${target} mm`, target);
      const way = Math.abs(target - start);
      context.progress(
        moving && way > 0 ? Math.min(1, Math.abs(position - start) / way) : 1,
        `${position.toFixed(2)} mm`,
      );
      if (!moving) return position;
      await sleep(this.#clock, POLL, context.signal);
    }
  }

  async #halt(): Promise<number> {
    await this.#order('STOP', REGARDLESS);
    for (;;) {
      const { position, moving } = await this.#status(REGARDLESS);
      if (!moving) return position;
      await sleep(this.#clock, POLL / 2);
    }
  }

  async #status(options: QueryOptions = {}): Promise<Status> {
    const [position, moving] = (await this.query('STATUS?', options)).split(',');
    return { position: Number(position), moving: moving === '1' };
  }

  async #order(command: string, options: QueryOptions = {}): Promise<void> {
    const answer = await this.query(command, options);
    if (answer !== 'OK') throw new StageError(`the stage refused ${command}: ${answer.replace(/^ERR /, '')}`);
  }
}
