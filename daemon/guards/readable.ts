// What was thrown, made safe to look at: a proxy or a getter may throw at whoever reads it.
import { messageOf, SameboxError } from '../../src/errors';

/** Characters of a message or a stack that are worth carrying. */
const LONGEST = 64 * 1024;

/**
 * `thrown` itself if it can be read, else an Error in its place; of a function, its text. Texts beyond 64 Ki characters
 * are cut. Never throws.
 */
export function readable(thrown: unknown): unknown {
  try {
    if (typeof thrown !== 'object' || thrown === null)
      return typeof thrown === 'string' || typeof thrown === 'function'
        ? String(thrown).slice(0, LONGEST)
        : thrown;
    Object.keys(thrown);
    SameboxError.is(thrown);
    const { name, message, stack } = thrown as Partial<Error>;
    return [name, message, stack].some(isTooLong) ? shortened(thrown as Error) : thrown;
  } catch {
    return new Error(messageOf(thrown).slice(0, LONGEST));
  }
}

function shortened({ name, message, stack }: Error): Error {
  const copy = new Error(String(message).slice(0, LONGEST));
  copy.name = String(name).slice(0, LONGEST);
  copy.stack = String(stack).slice(0, LONGEST);
  return copy;
}

function isTooLong(text: unknown): boolean {
  return typeof text === 'string' && text.length > LONGEST;
}
