// A pseudo-terminal pair, as a serial line that needs no hardware and no extra program.
import { closeSync, constants, openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import type { Duplex } from 'node:stream';
import { lastError, native } from '../../../src/native';
import { libcFunction } from '../../../src/native/libc.unix';

/** Larger than `struct termios` anywhere. */
const TERMIOS_BYTES = 256;

/** Both ends of a line: programs open `path` as their serial port; `line` is the instrument's side of it. */
export interface PseudoTerminal {
  /** `/dev/pts/N` or `/dev/ttysN`. */
  readonly path: string;
  /** What programs write to the port can be read here, and the other way round. */
  readonly line: Duplex;
  /** Pulls the plug: programs that have the port open see it vanish. Resolves when it is gone. */
  unplug(): Promise<void>;
}

/**
 * Makes a pair in raw mode: bytes pass as they are, with no echo.
 * @throws the kernel's error, or an Error without koffi. There are no pseudo-terminals on Windows.
 */
export function openPseudoTerminal(): PseudoTerminal {
  const master = check(
    call('int posix_openpt(int flags)', constants.O_RDWR | constants.O_NOCTTY),
    'posix_openpt',
  );
  check(call('int grantpt(int fd)', master), 'grantpt');
  check(call('int unlockpt(int fd)', master), 'unlockpt');
  const path = nameOf(master);
  // Kept open: without any reader the instrument's side would get EIO between two programs.
  const slave = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  makeRaw(slave);
  const line = new ReadStream(master);
  let unplugged: Promise<void> | undefined;
  return {
    path,
    line,
    unplug: () =>
      (unplugged ??= new Promise((resolve) => {
        closeSync(slave);
        line.once('close', resolve).destroy();
      })),
  };
}

function nameOf(master: number): string {
  const name = Buffer.alloc(128);
  const failed = call('int ptsname_r(int fd, void *name, size_t size)', master, name, name.length);
  if (failed !== 0) throw new Error(`ptsname_r failed with ${String(failed)}`);
  return name.toString('utf8', 0, name.indexOf(0));
}

function makeRaw(fd: number): void {
  const termios = Buffer.alloc(TERMIOS_BYTES);
  check(call('int tcgetattr(int fd, void *termios)', fd, termios), 'tcgetattr');
  call('void cfmakeraw(void *termios)', termios);
  check(call('int tcsetattr(int fd, int when, void *termios)', fd, 0, termios), 'tcsetattr');
}

function call(declaration: string, ...args: (number | Buffer)[]): number {
  const bound = libcFunction<(...args: (number | Buffer)[]) => number>(declaration);
  if (bound === undefined) throw new Error('a pseudo-terminal needs koffi');
  return bound(...args);
}

function check(answer: number, syscall: string): number {
  const access = native();
  if (answer < 0 && access.available) throw lastError(access.koffi, syscall);
  return answer;
}
