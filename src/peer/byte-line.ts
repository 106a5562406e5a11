// The seam below a connection: what carries its bytes. A socket is one as it is; a lane is the other.

/** Carries bytes to the other side and back. What comes, and its end, the connection hears from whoever made it. */
export interface ByteLine {
  /** Bytes written that haven't left for the other side. */
  readonly writableLength: number;
  /** Takes bytes, which stay as they are until `done`. */
  write(bytes: Uint8Array, done?: () => void): unknown;
  /** The same for a part of `bytes`, where a line copies what it takes: no view of the part is made. */
  readonly writePart?: (bytes: Uint8Array, from: number, to: number) => void;
  /** What is written from now on leaves together, with `uncork`. */
  cork(): void;
  uncork(): void;
  /** Gives nothing more of what comes, until `resume`. */
  pause(): unknown;
  resume(): unknown;
  isPaused(): boolean;
  /** Ends this direction, after what was written. */
  end(): unknown;
}
