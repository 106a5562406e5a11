// Where the values of `samebox watch` come from: a stream, or a property or method that is asked again and again.
import { setTimeout as delay } from 'node:timers/promises';
import type { MemberDescription } from '../../src/description';
import type { SlowPolicy } from '../../src/frames';
import { IncomingStream } from '../../src/peer/incoming-stream';
import type { CallOptions } from '../options';
import type { ParsedArguments } from './arguments';
import { callOptions, usage, type Connected } from './command-context';
import { makeCall } from './make-call';

const DEFAULT_INTERVAL_MS = 500;

/** Values, and what ends their producer. */
export interface WatchSource {
  readonly items: AsyncIterable<unknown>;
  readonly leave: () => void;
}

/** How values are asked for. */
export interface WatchSourceOptions {
  /** If the terminal is slower than the producer. */
  readonly slow: SlowPolicy;
  /** Milliseconds from one reading of what is no stream to the next; default 500. */
  readonly interval?: number | undefined;
}

/**
 * Opens the stream, or makes one of repeated readings.
 * @throws SameboxError `INVALID_ARGUMENT` for a method that gives one value, unless an interval is stated.
 */
export async function watchSource(
  context: Connected,
  target: string,
  member: MemberDescription,
  args: ParsedArguments,
  { slow, interval }: WatchSourceOptions,
): Promise<WatchSource> {
  const how: CallOptions = { slow };
  const ask = (): Promise<unknown> =>
    member.kind === 'property'
      ? context.client.get(target, member.name, { ...callOptions(context), ...how })
      : makeCall(context, target, member.name, args, how);
  if (member.kind === 'method' && interval === undefined && member.idempotent !== true) {
    throw usage(
      `${target}.${member.name} gives one value, no stream. Use samebox call, or state --interval to call it again and again.`,
    );
  }
  const first = await ask();
  if (first instanceof IncomingStream) return { items: first, leave: () => void first.return() };
  const every = interval ?? DEFAULT_INTERVAL_MS;
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
