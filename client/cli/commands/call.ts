// `samebox call`: one call of a method.
import type { Command } from 'commander';
import { mayBeNamed, parseArguments } from '../arguments';
import { describe, runConnected, type Connected } from '../command-context';
import type { Define } from '../program';
import { addArgumentOptions, modeOf } from '../argument-options';
import { makeCall } from '../make-call';
import { addNoWaitOption, noWaitOf } from '../no-wait-option';
import { printResult } from '../print-result';
import { addSaveOption, saver, type SaveOptions } from '../save/save-option';

export const defineCall: Define = (program, terminal) => {
  const command = program
    .command('call')
    .summary('call a method')
    .description(
      'Calls a method and prints what it gives. Arguments are JSON where they parse as JSON, else strings;\n' +
        'samples=20 names one, if the method has such a parameter. Behind -- nothing is an option.',
    )
    .argument('<target>')
    .argument('<method>')
    .argument('[args...]');
  addNoWaitOption(addSaveOption(addArgumentOptions(command))).action(
    (target: string, method: string, texts: string[], { save }: SaveOptions, self: Command) =>
      runConnected(terminal, self.optsWithGlobals(), 'call', async (context) => {
        if (save !== undefined) await saver().checkSave(save);
        const mode = modeOf(self.opts());
        const parameters = mayBeNamed(texts) ? await parametersOf(context, target, method) : undefined;
        const args = parseArguments(texts, mode, parameters);
        const result = await makeCall(context, target, method, args, noWaitOf(self));
        if (save === undefined) await printResult(context, result);
        else await saver().saveResult(context, `${target}.${method}`, result, save);
      }),
  );
};

/** The names of a method's parameters; none if there is no such method, which the call will say. */
export async function parametersOf(
  context: Connected,
  target: string,
  method: string,
): Promise<ReadonlySet<string>> {
  const { members } = await describe(context, target);
  const member = members.find(({ name }) => name === method);
  return new Set(member?.parameters.filter(({ rest }) => !rest).map(({ name }) => name));
}
