// `samebox release`: takes a target from whoever has leased it.
import type { Command } from 'commander';
import type { LeaseStatus } from '../../../src/status';
import { callOptions, runConnected } from '../command-context';
import { jsonText } from '../json-form';
import type { Define } from '../program';

export const defineRelease: Define = (program, terminal) => {
  program
    .command('release')
    .summary('break the lease of a target')
    .description(
      'Takes a target from whoever has leased it; the next in line gets it. His calls that run go on.\n' +
        "For the daemon's user and root.",
    )
    .argument('<target>')
    .action((target: string, _: unknown, command: Command) =>
      runConnected(terminal, command.optsWithGlobals(), 'release', async (context) => {
        const { client, options } = context;
        const broken = (await client.call('$daemon', 'breakLease', [target], callOptions(context))) as
          LeaseStatus | undefined;
        const { out } = terminal;
        if (options.json === true) return out.line(jsonText(broken ?? null));
        if (options.quiet > 0) return;
        if (broken === undefined) return out.line(`Nobody has leased ${target}.`);
        out.line(`The lease of ${target} that ${broken.name} (pid ${broken.pid}) had is broken.`);
      }),
    );
};
