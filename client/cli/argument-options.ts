// The options that say how the texts of a command line become arguments.
import { Option, type Command } from 'commander';
import type { ArgumentMode } from './arguments';

/** Adds `--string` and `--json-args` to a command. */
export function addArgumentOptions(command: Command): Command {
  return command
    .addOption(new Option('-s, --string', 'take every argument as a string').conflicts('jsonArgs'))
    .addOption(new Option('-j, --json-args', 'take every argument as JSON: what is not JSON is an error'));
}

/** How the options of a command say that texts become values. */
export function modeOf(options: { readonly string?: boolean; readonly jsonArgs?: boolean }): ArgumentMode {
  return options.string === true ? 'string' : options.jsonArgs === true ? 'json' : 'auto';
}
