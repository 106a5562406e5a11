// Arrays that go with what carries them: what a method or a source was given to fill, and has sent.

const given = new WeakMap<ArrayBufferLike, () => void>();

/** Has `sent` run when a message with an array over `buffer` was sent. */
export function goesWith(buffer: ArrayBufferLike, sent: () => void): void {
  given.set(buffer, sent);
}

/** Whether an array over `buffer` goes with what carries it. */
export function isGiven(buffer: ArrayBufferLike): boolean {
  return given.has(buffer);
}

/** A message with an array over `buffer` was sent, and nothing reads it here any more. */
export function wasSent(buffer: ArrayBufferLike): void {
  given.get(buffer)?.();
}
