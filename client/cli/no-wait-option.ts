// The option of commands that call a target: rather fail than wait for another's lease.
import type { Command } from 'commander';
import type { CallOptions } from '../options';

/** Adds `--no-wait` to a command. */
export function addNoWaitOption(command: Command): Command {
  return command.option('--no-wait', 'fail at once if another session has leased the target');
}

/** What the option makes of a call. The option `--wait` of all commands is another one, in spite of its name. */
export function noWaitOf(command: Command): Pick<CallOptions, 'noWait'> {
  return command.opts<{ wait?: boolean }>().wait === false ? { noWait: true } : {};
}
