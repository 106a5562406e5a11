// `samebox get`: reads a property.
import type { Command } from 'commander';
import { callOptions, runConnected } from '../command-context';
import { printResult } from '../print-result';
import type { Define } from '../program';

export const defineGet: Define = (program, terminal) => {
  program
    .command('get')
    .summary('read a property')
    .description('Reads a property and prints its value.')
    .argument('<target>')
    .argument('<property>')
    .action((target: string, property: string, _: unknown, command: Command) =>
      runConnected(terminal, command.optsWithGlobals(), 'get', async (context) => {
        const value = await context.client.get(target, property, callOptions(context));
        await printResult(context, value);
      }),
    );
};
