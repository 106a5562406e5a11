// Copies of large arrays, in slices, so that the event loop turns meanwhile: one queue for the whole process.

/** Bytes that are copied without a turn of the event loop between. */
export const SLICE_BYTES = 256 * 1024;

/** A copy under way. */
export interface Copying {
  /** Stops it; `done` is not called any more. */
  cancel(): void;
}

interface Job {
  readonly source: Uint8Array;
  readonly target: Uint8Array;
  readonly length: number;
  /** Whether all of it was copied: not if somebody has taken the source's memory away meanwhile. */
  readonly done: (whole: boolean) => void;
  at: number;
}

/** The copies of one event loop: a slice each in turn. */
export class Copies {
  private readonly turn = new Set<Job>();
  private scheduled = false;

  /** @param nextTurn runs something in the next turn of the event loop. */
  constructor(private readonly nextTurn: (run: () => void) => void) {}

  /**
   * Copies `source` to `target`, which has the length that it should have: it may be gone already. `done` is called
   * later, never at once.
   */
  copy(source: Uint8Array, target: Uint8Array, done: (whole: boolean) => void): Copying {
    const job: Job = { source, target, length: target.length, done, at: 0 };
    this.turn.add(job);
    this.schedule();
    return { cancel: () => this.turn.delete(job) };
  }

  private schedule(): void {
    if (this.scheduled || this.turn.size === 0) return;
    this.scheduled = true;
    this.nextTurn(() => {
      this.scheduled = false;
      this.step();
      this.schedule();
    });
  }

  private step(): void {
    const [job] = this.turn;
    if (job === undefined) return;
    this.turn.delete(job);
    const { source, target, length, done } = job;
    if (source.length !== length || target.length !== length) return done(false);
    const end = Math.min(job.at + SLICE_BYTES, length);
    target.set(source.subarray(job.at, end), job.at);
    job.at = end;
    if (end === length) done(true);
    else this.turn.add(job);
  }
}

/** Those of this process. */
export const copies = new Copies((run) => void setImmediate(run));
