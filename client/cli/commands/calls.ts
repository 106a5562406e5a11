// `samebox calls`: what sessions have running, and answers that wait to be collected.
import type { Command } from 'commander';
import type { CallStatus } from '../../../src/status';
import { callOptions, runConnected, usage, type Connected } from '../command-context';
import { jsonText } from '../json-form';
import { printResult } from '../print-result';
import type { Define } from '../program';
import { duration } from '../quantities';
import { addSaveOption, saver, type SaveOptions } from '../save/save-option';
import { table } from '../table';

interface CallsOptions extends SaveOptions {
  readonly session?: string;
  readonly steal?: boolean;
}

export const defineCalls: Define = (program, terminal) => {
  const command = program
    .command('calls')
    .summary('calls that run, and answers to collect')
    .description(
      'Lists the calls of your sessions that run, and answers that wait to be collected.\n' +
        'With a number, takes a call of a named session up: waits for its answer and prints it.',
    )
    .argument('[id]', 'the number of a call')
    .option('--session <name>', 'only this named session')
    .option('--steal', 'take the session from a client that is still there');
  addSaveOption(command).action((id: string | undefined, given: CallsOptions, self: Command) => {
    const { session, steal = false, save } = given;
    const named = id === undefined || session === undefined ? {} : { session, steal };
    return runConnected(
      terminal,
      self.optsWithGlobals(),
      'calls',
      async (context) => {
        if (id === undefined) return list(context, session);
        if (session === undefined)
          throw usage('say whose call it is: --session NAME. See `samebox calls` for the names.');
        if (save !== undefined) await saver().checkSave(save);
        const value = await context.client.attach(numberOf(id), { signal: context.signal });
        if (save === undefined) await printResult(context, value);
        else await saver().saveResult(context, `${session}.${id}`, value, save);
      },
      named,
    );
  });
};

async function list(context: Connected, session: string | undefined): Promise<void> {
  const { client, options, terminal } = context;
  const all = (await client.call('$daemon', 'calls', [true], callOptions(context))) as CallStatus[];
  const calls = session === undefined ? all : all.filter((call) => call.session === session);
  const { out } = terminal;
  if (options.json === true) return out.line(jsonText(calls));
  if (calls.length === 0) return out.line('No call runs, and no answer waits.');
  const { paint, width } = out;
  const rows = calls.map(({ session: of, id, target, member, state, age }) => [
    { text: String(of), colour: paint.bold },
    String(id),
    member === '' ? `${target} (set)` : `${target}.${member}`,
    { text: state, colour: state === 'failed' ? paint.red : state === 'done' ? paint.green : paint.cyan },
    duration(age),
  ]);
  out.line(table(rows, { width, head: ['SESSION', 'ID', 'CALL', 'STATE', 'AGE'], headColour: paint.dim }));
}

function numberOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw usage(`${text} is not the number of a call. See \`samebox calls\`.`);
  return Number(text);
}
