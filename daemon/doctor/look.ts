// One look: it ends, whatever hangs, and gives findings, whatever fails.
import type { Check, Finding } from '../../src/doctor-request';
import { messageOf, SameboxError } from '../../src/errors';
import { finding, findingOf } from './finding';

/** A look that takes longer is given up: what it waits for hangs. */
export const LOOK_MS = 8000;

/** What `find` finds; within `longest` milliseconds, and whatever it throws. Never rejects. */
export async function look(
  check: Check,
  find: () => readonly Finding[] | Promise<readonly Finding[]>,
  longest = LOOK_MS,
): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding[]>((resolve) => {
    const says = `Nothing could be found out in ${longest / 1000} s: a file system, or a program that was asked, does not answer`;
    timer = setTimeout(() => resolve([finding(check, 'warning', says)]), longest);
  });
  try {
    return await Promise.race([(async () => find())(), late]);
  } catch (error) {
    if (SameboxError.is(error)) return [findingOf(check, 'problem', error)];
    return [finding(check, 'note', `This could not be looked at: ${messageOf(error)}`)];
  } finally {
    clearTimeout(timer);
  }
}

/** `find`, done once, however often it is asked for. */
export function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => (found ??= { value: find() }).value;
}
