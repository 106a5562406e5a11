// What a Windows service tells the service control manager of itself, and when: its state, its progress, what it takes.
import type { Clock } from '../../../src/peer/clock';

/** Where a service is in its life. It only ever goes forward. */
export type ServicePhase = 'starting' | 'running' | 'stopping' | 'stopped';

/** What it can be told. */
export type ServiceControl = 'stop' | 'shutdown' | 'preshutdown' | 'parameter change' | 'interrogate';

/** What follows from a control. */
export type ServiceDeed = 'end' | 'reload';

/** One report, as SERVICE_STATUS has it. */
export interface ServiceReport {
  readonly phase: ServicePhase;
  /** Whether it can be told to stop, to shut down, and to read its config again. */
  readonly takesControls: boolean;
  /** What the process ended with; 0 while it runs. Any other number makes the manager do its recovery actions. */
  readonly exitCode: number;
  /** Rises while something is under way: who waits sees that it goes on. 0 when nothing is. */
  readonly checkpoint: number;
  /** Milliseconds within which the next report comes. 0 when nothing is under way. */
  readonly waitHint: number;
}

/** How often something under way is reported. */
export const PROGRESS_MS = 2000;
/** A busy machine is late: the manager gives a service up only when this long nothing came. */
const WAIT_HINT_MS = 15_000;

/**
 * The states of one service. Each method gives the report that is due, or nothing.
 *
 * Ending takes as long as running calls may take, so that its checkpoints go on as long as the process does: the manager
 * waits while they rise. A process whose event loop stands still reports nothing, and is given up.
 */
export class ServiceState {
  private phase: ServicePhase = 'starting';
  private checkpoint = 1;
  private reported: number;
  private exitCode = 0;

  constructor(private readonly clock: Clock) {
    this.reported = clock.now();
  }

  /** As it stands. */
  get report(): ServiceReport {
    const pending = this.phase === 'starting' || this.phase === 'stopping';
    return {
      phase: this.phase,
      takesControls: this.phase === 'running',
      exitCode: this.exitCode,
      checkpoint: pending ? this.checkpoint : 0,
      waitHint: pending ? WAIT_HINT_MS : 0,
    };
  }

  /** The daemon listens. */
  running(): ServiceReport | undefined {
    return this.phase === 'starting' ? this.enter('running') : undefined;
  }

  /** It ends, whoever asked for it. */
  stopping(): ServiceReport | undefined {
    return this.phase === 'starting' || this.phase === 'running' ? this.enter('stopping') : undefined;
  }

  /** The last report: the process may be ended from now on. */
  stopped(exitCode: number): ServiceReport | undefined {
    if (this.phase === 'stopped') return undefined;
    this.exitCode = exitCode;
    return this.enter('stopped');
  }

  /** Asked from time to time: a new checkpoint, if something is under way and it is time. */
  progress(): ServiceReport | undefined {
    if (this.phase !== 'starting' && this.phase !== 'stopping') return undefined;
    if (this.clock.now() - this.reported < PROGRESS_MS) return undefined;
    this.checkpoint++;
    return this.told();
  }

  /** What is to be done, told to do so. What comes too early or too late changes nothing. */
  control(control: ServiceControl): ServiceDeed | undefined {
    if (this.phase !== 'running' || control === 'interrogate') return undefined;
    return control === 'parameter change' ? 'reload' : 'end';
  }

  private enter(phase: ServicePhase): ServiceReport {
    this.phase = phase;
    this.checkpoint = 1;
    return this.told();
  }

  private told(): ServiceReport {
    this.reported = this.clock.now();
    return this.report;
  }
}
