// Whether this process may talk with its terminal.
import { libcFunction } from '../../../src/native/libc.unix';

/** The answer for a terminal that doesn't control this process, with ENOTTY. */
const NOT_CONTROLLED = -1;

/**
 * Whether this process may read from its terminal and change its mode: in the background (`samebox ... &`, `timeout 10
 * samebox ...`) that would stop it. A terminal that doesn't control the process stops nobody. False where it can't be told.
 */
export function inForeground(fd: number): boolean {
  const foreground = libcFunction<(fd: number) => number>('int tcgetpgrp(int fd)');
  const own = libcFunction<() => number>('int getpgrp()');
  if (foreground === undefined || own === undefined) return false;
  const group = foreground(fd);
  return group === own() || group === NOT_CONTROLLED;
}
