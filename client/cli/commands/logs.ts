// `samebox logs`: the daemon's log.
import type { Command } from 'commander';
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
        const { out } = terminal;
        const stream = context.client.call('$daemon', 'logs', [lines, follow], callOptions(context));
        for await (const line of untilAborted(stream, context.signal)) {
          await out.paced(context.options.json ? String(line) : logLine(String(line), out.paint));
        }
      }),
    );
};
