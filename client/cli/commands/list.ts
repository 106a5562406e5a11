// `samebox list`: the targets of a daemon.
import type { Command } from 'commander';
import type { TargetSummary } from '../../../src/description';
import { callOptions, runConnected } from '../command-context';
import { jsonText } from '../json-form';
import { leasedBy } from '../lease-holder';
import type { Define } from '../program';
import { table } from '../table';
import { stateCell } from '../target-state';

export const defineList: Define = (program, terminal) => {
  program
    .command('list')
    .alias('ls')
    .summary('the targets and their state')
    .description('Lists the targets of the daemon: name, state, type, what they are.')
    .option('-a, --all', 'also $daemon, the target that every daemon has')
    .action((_: unknown, command: Command) =>
      runConnected(terminal, command.optsWithGlobals(), 'list', async (context) => {
        const { client, options } = context;
        const found = (await client.call('$daemon', 'targets', [], callOptions(context))) as TargetSummary[];
        const { all } = command.opts<{ all?: boolean }>();
        const targets = all === true ? found : found.filter(({ name }) => name !== '$daemon');
        const { out } = terminal;
        if (options.json === true) return out.line(jsonText(targets));
        if (targets.length === 0) return out.line('This daemon has no targets.');
        const { paint, width } = out;
        const rows = targets.map(({ type = '', summary = '', reason, lease, ...target }) => [
          { text: target.name, colour: paint.bold },
          stateCell(target, paint),
          { text: type, colour: paint.cyan },
          reason !== undefined
            ? { text: reason, colour: paint.red }
            : lease !== undefined
              ? { text: `${leasedBy(lease)}. ${summary}`, colour: paint.yellow }
              : summary,
        ]);
        out.line(
          table(rows, { width, head: ['TARGET', 'STATE', 'TYPE', 'WHAT IT IS'], headColour: paint.dim }),
        );
      }),
    );
};
