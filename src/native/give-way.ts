// Letting others have the core for a moment, if they want it.
import { IS_WINDOWS } from '../os';
import { libcFunction } from './libc.unix';

let bound: (() => unknown) | undefined;

/**
 * Lets a process run that waits for this core, and returns at once where none does. Who turns without it keeps the very
 * process from running that it waits for, if the system has put both on one core. Source: sched_yield(2). Nothing without
 * koffi, and on Windows.
 */
export function giveWay(): void {
  bound ??= (IS_WINDOWS ? undefined : libcFunction<() => number>('int sched_yield()')) ?? (() => undefined);
  bound();
}
