// `samebox reload`: has the daemon read its config again, and says what has come of it.
import type { Command } from 'commander';
import type { ReloadReport } from '../../../src/status';
import { callOptions, runConnected } from '../command-context';
import { EXIT } from '../exit-codes';
import { jsonText } from '../json-form';
import type { Define } from '../program';

const MORE = `
Sessions stay. Calls that run get the config's drainTimeout; calls that wait are made to the new targets. A config that
can't be read changes nothing. What counts from the next start only (name, limits, handoff, socket, secret) is named.`;

export const defineReload: Define = (program, terminal) => {
  program
    .command('reload')
    .summary('have the daemon read its config again')
    .description('Has the daemon read its config again: its targets are closed and opened anew.')
    .addHelpText('after', MORE)
    .action((_: unknown, command: Command) =>
      runConnected(terminal, command.optsWithGlobals(), 'reload', async (context) => {
        const { client, options } = context;
        const report = (await client.call('$daemon', 'reload', [], callOptions(context))) as ReloadReport;
        const { out, err } = terminal;
        if (options.json) out.line(jsonText(report));
        else if (options.quiet === 0) {
          for (const line of reportLines(client.daemon.name, report)) out.line(line);
          if (report.failed.length > 0) err.line(err.paint.dim('Why: samebox list'));
        }
        return report.failed.length > 0 ? EXIT.failed : EXIT.ok;
      }),
    );
};

/** What has come of it, for people. */
export function reportLines(
  daemon: string,
  { changed, ready, failed, gone, atStart }: ReloadReport,
): string[] {
  if (!changed) return [`The config of ${daemon} has not changed.`];
  const list = (title: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`${title} ${names.join(', ')}`];
  return [
    `${daemon} has read its config again.`,
    ...list('  ready: ', ready),
    ...list('  failed:', failed),
    ...list('  gone:  ', gone),
    ...list('  at the next start:', atStart),
  ];
}
