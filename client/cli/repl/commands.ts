// The prompt's own commands: `.targets` and `.describe`.
import type { REPLServer } from 'node:repl';
import type { Client } from '../../client';
import { messageOf } from '../../../src/errors';
import { methodsPage } from '../methods-page';
import { table } from '../table';
import { stateCell } from '../target-state';
import type { Output } from '../terminal';

/** Adds them to `server`. */
export function addCommands(server: REPLServer, client: Client, out: Output): void {
  const command = (name: string, help: string, work: (text: string) => Promise<string[]>): void => {
    server.defineCommand(name, {
      help,
      action(text) {
        void work(text.trim())
          .catch((error: unknown) => [`${out.paint.red('error:')} ${messageOf(error)}`])
          .then((lines) => {
            out.line(lines);
            server.displayPrompt();
          });
      },
    });
  };
  command('targets', 'List the targets and their state', async () => {
    const rows = (await client.targets()).map((target) => [
      { text: target.name, colour: out.paint.bold },
      stateCell(target, out.paint),
      target.reason ?? target.summary ?? '',
    ]);
    return table(rows, { width: out.width });
  });
  command('describe', 'Show what a target can do: .describe pm, .describe pm.readVoltage', async (text) => {
    const [target = '', member] = text.split('.');
    if (target === '') return ['Say which target: .describe pm'];
    const found = await client.describe(target);
    const members = found.members.filter(({ name }) => member === undefined || name === member);
    return methodsPage({ ...found, members }, { paint: out.paint, width: out.width });
  });
}
