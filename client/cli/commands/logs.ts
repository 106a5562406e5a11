// `samebox logs`: the daemon's log.
import type { Command } from 'commander';
import { SameboxError } from '../../../src/errors';
import { callOptions, runConnected } from '../command-context';
import { positive } from '../globals';
import { logLine } from '../log-line';
import { untilAborted } from '../print-result';
import type { Define } from '../program';

export const defineLogs: Define = (program, terminal) => {
  program
    .command('logs')
    .alias('log')
    .summary("the daemon's log")
    .description(
      "Prints the last lines of the daemon's log; with --json as it was written, one object per line.",
    )
    .option('-n, --lines <count>', 'how many lines', positive, 50)
    .option('-f, --follow', 'go on with the lines to come, until Ctrl-C')
    .action((_: unknown, command: Command) =>
      runConnected(terminal, command.optsWithGlobals(), 'logs', async (context) => {
        const { lines, follow = false } = command.opts<{ lines: number; follow?: boolean }>();
        const { out, err } = terminal;
        const stream = context.client.call('$daemon', 'logs', [lines, follow], callOptions(context));
        try {
          for await (const line of untilAborted(stream, context.signal)) {
            await out.paced(context.options.json === true ? String(line) : logLine(String(line), out.paint));
          }
        } catch (error) {
          if (!hasEnded(error)) throw error;
          if (context.options.quiet === 0) err.line(err.paint.dim('The daemon has ended.'));
        }
      }),
    );
};

/** Whether the daemon ended in order: that is where its log ends, too. */
function hasEnded(error: unknown): boolean {
  if (!SameboxError.is(error)) return false;
  return error.code === 'DRAINING' || (SameboxError.is(error.cause) && error.cause.code === 'DRAINING');
}
