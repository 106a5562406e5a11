// `samebox methods`: what a target can do.
import type { Command } from 'commander';
import { didYouMean } from '../../../src/suggest';
import { SameboxError } from '../../../src/errors';
import { describe, runConnected } from '../command-context';
import { jsonText } from '../json-form';
import { methodsPage } from '../methods-page';
import type { Define } from '../program';

export const defineMethods: Define = (program, terminal) => {
  program
    .command('methods')
    .alias('describe')
    .summary('what a target can do')
    .description('Shows the properties, methods and streams of a target, as its sources document them.')
    .argument('<target>')
    .argument('[member]', 'only this one')
    .action((target: string, name: string | undefined, _: unknown, command: Command) =>
      runConnected(terminal, command.optsWithGlobals(), 'methods', async (context) => {
        let description = await describe(context, target);
        if (name !== undefined) {
          const members = description.members.filter((member) => member.name === name);
          if (members.length === 0) throw unknownMember(target, name, description.members);
          description = { ...description, members };
        }
        const { out } = terminal;
        if (context.options.json) out.line(jsonText(description));
        else out.line(methodsPage(description, { paint: out.paint, width: out.width }));
      }),
    );
};

/** `NO_METHOD`, with a suggestion, as the daemon says it. */
export function unknownMember(
  target: string,
  name: string,
  members: readonly { readonly name: string }[],
): SameboxError {
  const near = didYouMean(
    name,
    members.map((member) => member.name),
  );
  return new SameboxError(
    'NO_METHOD',
    `${target} has no method or property "${name}".${near} See \`samebox methods ${target}\`.`,
    { details: { target, member: name } },
  );
}
