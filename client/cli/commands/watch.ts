// `samebox watch`: a stream's items as they come, or a property's value again and again.
import { setTimeout as delay } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import type { MemberDescription } from '../../../src/description';
import type { SlowPolicy } from '../../../src/frames';
import { IncomingStream } from '../../../src/peer/incoming-stream';
import type { CallOptions } from '../../options';
import { addArgumentOptions, modeOf } from '../argument-options';
import { parseArguments, type ParsedArguments } from '../arguments';
import { callOptions, describe, runConnected, usage, type Connected } from '../command-context';
import { milliseconds, positive, seconds } from '../globals';
import { livePlot } from '../live-plot';
import { makeCall } from '../make-call';
import { printItems } from '../print-result';
import type { Define } from '../program';
import { unknownMember } from './methods';

interface WatchOptions {
  readonly plot?: boolean;
  readonly count?: number;
  readonly slow?: SlowPolicy;
  readonly interval?: number;
  readonly window: number;
}

const DEFAULT_INTERVAL_MS = 500;
const MORE = `
A property that is no stream is read again every --interval (500 ms); a method only if --interval is stated.
Ctrl-C ends it, and the producer with it.`;

export const defineWatch: Define = (program, terminal) => {
  const command = program
    .command('watch')
    .summary('follow a stream, or a property')
    .description(
      'Prints the items of a stream as they come, one per line; with --plot numbers are drawn live.',
    )
    .argument('<target>')
    .argument('<member>')
    .argument('[args...]')
    .option('-p, --plot', 'draw numbers as a live plot')
    .option('-n, --count <items>', 'end after so many', positive)
    .addOption(
      new Option('--slow <policy>', 'if this terminal is slower than the producer').choices([
        'block',
        'latest',
        'drop',
      ]),
    )
    .option('-i, --interval <ms>', 'read a value again and again, so often', milliseconds)
    .option('--window <seconds>', 'what a plot shows', seconds, 60)
    .addHelpText('after', MORE);
  addArgumentOptions(command).action(
    (target: string, name: string, texts: string[], options: WatchOptions, self: Command) =>
      runConnected(terminal, self.optsWithGlobals(), 'watch', async (context) => {
        if (options.plot === true && (!terminal.out.isTerminal || context.options.json))
          throw usage('--plot needs a terminal. Without --plot the values are printed.');
        const { members } = await describe(context, target);
        const member = members.find((one) => one.name === name);
        if (member === undefined) throw unknownMember(target, name, members);
        const names = new Set(member.parameters.map((parameter) => parameter.name));
        const args = parseArguments(texts, modeOf(self.opts()), names);
        const { items, leave } = await source(context, target, member, args, options);
        try {
          const { count = Infinity, window } = options;
          const title = `${target}.${name}`;
          if (options.plot === true) await livePlot(context, items, { title, count, window });
          else await printItems(context, items, { count });
        } finally {
          leave();
        }
      }),
  );
};

interface Source {
  readonly items: AsyncIterable<unknown>;
  readonly leave: () => void;
}

async function source(
  context: Connected,
  target: string,
  member: MemberDescription,
  args: ParsedArguments,
  options: WatchOptions,
): Promise<Source> {
  const how: CallOptions = { slow: options.slow ?? (options.plot === true ? 'latest' : 'block') };
  const ask = (): Promise<unknown> =>
    member.kind === 'property'
      ? context.client.get(target, member.name, { ...callOptions(context), ...how })
      : makeCall(context, target, member.name, args, how);
  if (member.kind === 'method' && options.interval === undefined && member.idempotent !== true) {
    throw usage(
      `${target}.${member.name} gives one value, no stream. Use samebox call, or state --interval to call it again and again.`,
    );
  }
  const first = await ask();
  if (first instanceof IncomingStream) return { items: first, leave: () => void first.return() };
  const every = options.interval ?? DEFAULT_INTERVAL_MS;
  return { items: again(first, ask, every, context.signal), leave: () => undefined };
}

async function* again(
  first: unknown,
  ask: () => Promise<unknown>,
  every: number,
  signal: AbortSignal,
): AsyncGenerator {
  let began = performance.now();
  for (let value = first; ; value = await ask()) {
    yield value;
    await delay(Math.max(0, every - (performance.now() - began)), undefined, { signal }).catch(
      () => undefined,
    );
    if (signal.aborted) return;
    began = performance.now();
  }
}
