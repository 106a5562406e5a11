// `samebox wake`: opens what could not be opened, at once. What udev has run when an instrument is plugged in.
import type { Command } from 'commander';
import type { TargetSummary } from '../../../src/description';
import { callOptions, runConnected } from '../command-context';
import { EXIT } from '../exit-codes';
import { jsonText } from '../json-form';
import type { Define } from '../program';
import { table } from '../table';
import { stateCell } from '../target-state';

export const defineWake: Define = (program, terminal) => {
  program
    .command('wake')
    .summary('open targets that could not be opened, now')
    .description(
      'Opens a target, or all that are not open, at once: an instrument was plugged in or switched on. Without it they are\n' +
        "tried again when somebody calls them, after a pause that grows. For the daemon's user and root.",
    )
    .argument('[target]', 'one target; then a failure to open it is an error')
    .action((target: string | undefined, _: unknown, command: Command) =>
      runConnected(terminal, command.optsWithGlobals(), 'wake', async (context) => {
        const { client, options } = context;
        const args = target === undefined ? [] : [target];
        const targets = (await client.call('$daemon', 'open', args, callOptions(context))) as TargetSummary[];
        const { out } = terminal;
        const { paint, width } = out;
        if (options.json === true) out.line(jsonText(targets));
        else if (options.quiet === 0)
          out.line(
            table(
              targets.map(({ reason = '', ...one }) => [
                { text: one.name, colour: paint.bold },
                stateCell(one, paint),
                { text: reason, colour: paint.red },
              ]),
              { width },
            ),
          );
        // Of all targets some may well be away.
        return target !== undefined && targets.some(({ state }) => state !== 'ready') ? EXIT.failed : EXIT.ok;
      }),
    );
};
