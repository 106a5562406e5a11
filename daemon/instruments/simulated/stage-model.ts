// The mechanics of the simulated stage: a spindle with a trapezoidal drive, backlash and an encoder.
import type { DeviceModel, Reply } from './device-model';
import { Noise } from './noise';
import { Trapezoid } from './trapezoid';

/** Travel, in mm. */
export const TRAVEL = { low: 0, high: 50 } as const;
/** Speed that can be set, in mm/s. */
export const SPEEDS = { low: 0.1, high: 10 } as const;

/** mm/s². */
const ACCELERATION = 40;
/** Way that the spindle turns before the table follows, after the direction changed, in mm. */
const BACKLASH = 0.003;
/** Standard deviation of the encoder, in mm. */
const ENCODER_NOISE = 0.0003;

/**
 * Speaks a small language of its own: `ID?`, `MOVE x`, `STOP`, `SPEED v`, `SPEED?`, `STATUS?` (position and whether it
 * moves: `12.3456,1`). Commands are answered with `OK` or `ERR text` at once, also while it moves.
 */
export class StageModel implements DeviceModel {
  readonly terminator = '\r\n';
  readonly #noise: Noise;
  #speed: number = SPEEDS.high;
  #move = new Trapezoid(0, 0, 0, { speed: SPEEDS.high, acceleration: ACCELERATION });
  #table = 0;

  /** @param seed repeats the noise. */
  constructor(seed: number) {
    this.#noise = new Noise(seed);
  }

  receive(command: string, now: number): Reply {
    return { line: this.#answer(command.trim(), now), at: now };
  }

  /** Where the table truly is at `now`, in mm. */
  position(now: number): number {
    const spindle = this.#move.position(now);
    // The spindle turns freely within the backlash, then takes the table along.
    this.#table = Math.min(spindle + BACKLASH / 2, Math.max(spindle - BACKLASH / 2, this.#table));
    return this.#table;
  }

  #answer(command: string, now: number): string {
    const [word = '', argument = ''] = command.split(/\s+/);
    const value = argument === '' ? NaN : Number(argument);
    switch (word.toUpperCase()) {
      case 'ID?':
        return 'SIMULATED-STAGE 50mm 1.0';
      case 'STATUS?': {
        const shown = this.position(now) + ENCODER_NOISE * this.#noise.gauss();
        return `${shown.toFixed(4)},${this.#move.moving(now) ? 1 : 0}`;
      }
      case 'SPEED?':
        return String(this.#speed);
      case 'SPEED':
        if (!(value >= SPEEDS.low && value <= SPEEDS.high)) return 'ERR speed out of range';
        this.#speed = value;
        return 'OK';
      case 'STOP':
        this.#move.stop(now);
        return 'OK';
      case 'MOVE':
        return this.#begin(value, now);
      default:
        return 'ERR unknown command';
    }
  }

  #begin(to: number, now: number): string {
    if (!(to >= TRAVEL.low && to <= TRAVEL.high)) return 'ERR position out of range';
    if (this.#move.moving(now)) return 'ERR moving';
    // Where the last move left the table, before this one may change direction.
    this.position(now);
    const limits = { speed: this.#speed, acceleration: ACCELERATION };
    this.#move = new Trapezoid(this.#move.position(now), to, now, limits);
    return 'OK';
  }
}
