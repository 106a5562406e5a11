// `samebox get`: reads a property.
import type { Command } from 'commander';
import { callOptions, runConnected } from '../command-context';
import { addNoWaitOption, noWaitOf } from '../no-wait-option';
import { printResult } from '../print-result';
import type { Define } from '../program';
import { addSaveOption, saver, type SaveOptions } from '../save/save-option';

export const defineGet: Define = (program, terminal) => {
  const command = program
    .command('get')
    .summary('read a property')
    .description('Reads a property and prints its value.')
    .argument('<target>')
    .argument('<property>');
  addNoWaitOption(addSaveOption(command)).action(
    (target: string, property: string, { save }: SaveOptions, self: Command) =>
      runConnected(terminal, self.optsWithGlobals(), 'get', async (context) => {
        if (save !== undefined) await saver().checkSave(save);
        const how = { ...callOptions(context), ...noWaitOf(self) };
        const value = await context.client.get(target, property, how);
        if (save === undefined) await printResult(context, value);
        else await saver().saveResult(context, `${target}.${property}`, value, save);
      }),
  );
};
