// `samebox set`: sets properties, all of them as one call.
import type { Command } from 'commander';
import { addArgumentOptions, modeOf } from '../argument-options';
import { parseArgument } from '../arguments';
import { callOptions, runConnected, usage } from '../command-context';
import { addNoWaitOption, noWaitOf } from '../no-wait-option';
import type { Define } from '../program';

export const defineSet: Define = (program, terminal) => {
  const command = program
    .command('set')
    .summary('set properties')
    .description('Sets properties in the order they stand, as one call: samebox set cam exposure 5 gain 2')
    .argument('<target>')
    .argument('<property>')
    .argument('<value>')
    .argument('[more...]', 'further properties, each with its value');
  addNoWaitOption(addArgumentOptions(command)).action(
    (target: string, property: string, value: string, more: string[], _: unknown, self: Command) =>
      runConnected(terminal, self.optsWithGlobals(), 'set', async (context) => {
        const properties = pairs([property, value, ...more], (text) =>
          parseArgument(text, modeOf(self.opts())),
        );
        await context.client.set(target, properties, { ...callOptions(context), ...noWaitOf(self) });
      }),
  );
};

/** Every second word is a name, the one behind it a value. */
export function pairs(words: readonly string[], parse: (text: string) => unknown): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  for (let at = 0; at < words.length; at += 2) {
    const [name = '', value] = words.slice(at, at + 2);
    if (value === undefined) throw usage(`${name} has no value: properties and values come in pairs.`);
    if (Object.hasOwn(properties, name)) throw usage(`${name} is set twice.`);
    properties[name] = parse(value);
  }
  return properties;
}
