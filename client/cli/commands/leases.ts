// `samebox leases`: who has targets for himself alone, and who waits for them.
import type { Command } from 'commander';
import type { LeaseStatus } from '../../../src/status';
import { callOptions, runConnected } from '../command-context';
import { fittingTable } from '../fitting-table';
import { jsonText } from '../json-form';
import type { Define } from '../program';
import { duration } from '../quantities';

export const defineLeases: Define = (program, terminal) => {
  program
    .command('leases')
    .summary('who has leased which target, and who waits')
    .description(
      'Lists who has a target for himself alone, and behind him, in their order, those who wait for it.',
    )
    .action((_: unknown, command: Command) =>
      runConnected(terminal, command.optsWithGlobals(), 'leases', async (context) => {
        const { client, options } = context;
        const leases = (await client.call('$daemon', 'leases', [], callOptions(context))) as LeaseStatus[];
        const { out } = terminal;
        if (options.json === true) return out.line(jsonText(leases));
        if (leases.length === 0) return out.line('No target is leased.');
        const { paint, width } = out;
        const now = Date.now();
        const lines = fittingTable(
          leases,
          [
            { head: 'TARGET', cell: ({ target }) => ({ text: target, colour: paint.bold }) },
            {
              head: 'STATE',
              cell: ({ state }) => ({ text: state, colour: state === 'held' ? paint.green : paint.yellow }),
            },
            { head: 'CLIENT', cell: ({ name }) => name },
            { head: 'PID', right: true, cell: ({ pid }) => String(pid) },
            { head: 'USER', leaves: 3, cell: ({ user = '?' }) => user },
            { head: 'SESSION', leaves: 2, cell: ({ session }) => String(session) },
            { head: 'SINCE', cell: ({ since }) => duration(Math.max(0, now - since) / 1000) },
            { head: 'TTL', leaves: 1, cell: ({ ttl }) => (ttl === Infinity ? 'none' : duration(ttl / 1000)) },
          ],
          { width, headColour: paint.dim },
        );
        out.line(lines);
      }),
    );
};
