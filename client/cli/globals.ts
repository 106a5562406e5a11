// The options that all commands have.
import { InvalidArgumentError, type Command } from 'commander';

/** What all commands can be told. */
export interface GlobalOptions {
  readonly endpoint?: string;
  /** Deadline of calls in milliseconds; none if absent. */
  readonly timeout?: number;
  /** Seconds to wait for a daemon that isn't there yet. */
  readonly wait: number;
  /** Write JSON, for programs. */
  readonly json?: boolean;
  readonly verbose: number;
  readonly quiet: number;
}

/** Options that take a value: their value is no command. */
export const WITH_VALUE: ReadonlySet<string> = new Set(['-e', '--endpoint', '--timeout', '--wait']);

/** Adds the options to the program; commander takes them before and after the command. */
export function addGlobalOptions(program: Command): void {
  program
    .option(
      '-e, --endpoint <name>',
      'the daemon: a name, socket path or pipe (default: SAMEBOX_ENDPOINT, else the only one)',
    )
    .option('--timeout <ms>', 'deadline of a call in milliseconds (default: none)', milliseconds)
    .option('--wait <seconds>', "wait for a daemon that isn't there yet", seconds, 0)
    .option('--json', 'write JSON, for programs')
    .option('-v, --verbose', 'say more; with an error its stack (repeatable)', count, 0)
    .option('-q, --quiet', 'say less: no progress (repeatable)', count, 0);
}

/** A number of milliseconds from 0 up, or `Infinity`. */
export function milliseconds(text: string): number {
  return atLeastZero(text, 'a number of milliseconds, such as 500');
}

/** A number of seconds from 0 up, or `Infinity`. */
export function seconds(text: string): number {
  return atLeastZero(text, 'a number of seconds, such as 10');
}

/** A whole number from 1 up. */
export function positive(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('It must be a whole number from 1 up.');
}

function atLeastZero(text: string, what: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (value >= 0) return value;
  throw new InvalidArgumentError(`It must be ${what}.`);
}

function count(_: string, before: number): number {
  return before + 1;
}
