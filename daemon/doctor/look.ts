// One look: it ends, whatever hangs, and gives findings, whatever fails.
import type { Check, Finding } from '../../src/doctor-request';
import { messageOf, SameboxError } from '../../src/errors';
import { finding, findingOf } from './finding';

/** A look that takes longer is given up: what it waits for hangs. */
const LOOK_MS = 8000;

/** What was asked for didn't come in time. */
class Late extends Error {}

/** What `find` finds; within `longest` milliseconds, and whatever it throws. Never rejects. */
export async function look(
  check: Check,
  find: () => readonly Finding[] | Promise<readonly Finding[]>,
  longest = LOOK_MS,
): Promise<readonly Finding[]> {
  try {
    return await within(longest, find);
  } catch (error) {
    if (SameboxError.is(error)) return [findingOf(check, 'problem', error)];
    if (error instanceof Late)
      return [finding(check, 'warning', `Nothing could be found out: ${error.message}`)];
    return [finding(check, 'note', `This could not be looked at: ${messageOf(error)}`)];
  }
}

/** What `find` gives; rejects if that takes longer. */
export async function within<T>(longest: number, find: () => T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `what was asked (a file system, a program) has not answered for ${longest / 1000} s`;
    timer = setTimeout(() => reject(new Late(message)), longest);
  });
  try {
    return await Promise.race([(async () => find())(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** `find`, done once, however often it is asked for. */
export function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => (found ??= { value: find() }).value;
}
