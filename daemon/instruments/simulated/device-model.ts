// The seam behind a simulated line: commands in, answers out, no I/O.

/** An answer, and when it is ready. */
export interface Reply {
  /** Without terminator. */
  readonly line: string;
  /** In milliseconds of the clock that `receive` was told. */
  readonly at: number;
}

/**
 * A pretended device. Rules only: it has no timers and no randomness but its seed, so that the same commands at the same
 * times give the same answers.
 */
export interface DeviceModel {
  /** Ends every line, both ways. */
  readonly terminator: string;
  /**
   * Takes a command at the time `now` (milliseconds).
   * @returns its answer, or `undefined` for a command without one.
   */
  receive(command: string, now: number): Reply | undefined;
}
