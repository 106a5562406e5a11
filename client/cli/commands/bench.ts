// `samebox bench`: how fast calls and arrays go to a daemon that runs. Nothing but the daemon itself is called.
import type { Command } from 'commander';
import type { DaemonStatus } from '../../../src/status';
import { callRate, roundTrips, type Until } from '../bench/measurements';
import {
  arrayLines,
  headLines,
  rateLines,
  roundTripLines,
  type ArrayTimes,
  type BenchResult,
} from '../bench/report';
import { SameboxError } from '../../../src/errors';
import type { NdArray } from '../../../src/values/nd-array';
import { release } from '../../../src/values/ownership';
import type { Client } from '../../client';
import type { Remote } from '../../remote';
import { callOptions, runConnected, usage, type Connected } from '../command-context';
import { seconds } from '../globals';
import { jsonText } from '../json-form';
import { ProgressBar } from '../progress-bar';
import type { Define } from '../program';

const IN_FLIGHT = [1, 16, 128];
const MEBIBYTE = 2 ** 20;
const SIZES = [MEBIBYTE, 64 * MEBIBYTE];
const SECONDS = 4;
const CALL_MS = 10_000;
/** Measurements that share the time. */
const PARTS = 1 + IN_FLIGHT.length + 2 * SIZES.length;

const MORE = `
Calls $daemon.echo, which gives back what it is given; no instrument is touched.
Other clients of the daemon, and other programs, slow it down and are slowed
down by it. An idle machine answers later than a busy one: its cores sleep.
"npm run bench" in samebox's sources compares it with others.`;

export const defineBench: Define = (program, terminal) => {
  program
    .command('bench')
    .summary('how fast calls and arrays go to the daemon')
    .description('Measures round trips, calls per second, and arrays there and back.')
    .option('--seconds <seconds>', 'how long it measures, about', seconds, SECONDS)
    .addHelpText('after', MORE)
    .action((_: unknown, command: Command) =>
      runConnected(terminal, command.optsWithGlobals(), 'bench', async (context) => {
        const { seconds: total } = command.opts<{ seconds: number }>();
        if (!(total > 0 && total < Infinity)) throw usage('--seconds: a number above 0');
        await bench(context, (total * 1000) / PARTS);
      }),
    );
};

/** What is called. */
interface Echo {
  echo(value?: unknown): unknown;
}

/** Runs one measurement. */
type Part = <T>(what: string, measure: (until: Until) => Promise<T>) => Promise<T>;

/** Shows each part when it is known. */
async function bench(context: Connected, budget: number): Promise<void> {
  const { client, options, terminal } = context;
  const { out } = terminal;
  const json = options.json === true;
  const show = (lines: string[]): void => (json ? undefined : out.line(lines));
  const part = parts(context, budget);
  const daemon = client.target<Echo>('$daemon', { timeout: options.timeout ?? CALL_MS, retry: false });
  const call = (): Promise<unknown> => daemon.echo();

  const head = await whom(context);
  show(headLines(head, out.paint));
  const roundTripMicroseconds = await part('round trips', (until) => roundTrips(call, until));
  show(roundTripLines(roundTripMicroseconds, out.paint));
  const callsPerSecond: { inFlight: number; rate: number }[] = [];
  for (const inFlight of IN_FLIGHT) {
    const rate = await part(`${inFlight} in flight`, (until) => callRate(call, inFlight, until));
    callsPerSecond.push({ inFlight, rate });
  }
  show(rateLines(callsPerSecond, out.paint));
  const arraysThereAndBack: ArrayTimes[] = [];
  for (const bytes of SIZES) arraysThereAndBack.push(await arrayTimes(client, daemon, bytes, part));
  show(arrayLines(arraysThereAndBack, out.paint));
  const result: BenchResult = { ...head, roundTripMicroseconds, callsPerSecond, arraysThereAndBack };
  if (json) out.line(jsonText(result));
}

async function arrayTimes(
  client: Client,
  daemon: Remote<Echo>,
  bytes: number,
  part: Part,
): Promise<ArrayTimes> {
  const timeOf = async (array: NdArray | Uint8Array): Promise<number> => {
    const thereAndBack = async (): Promise<void> => release((await daemon.echo(array)) as typeof array);
    const { p50 } = await part(`${bytes / MEBIBYTE} MiB`, (until) => roundTrips(thereAndBack, until));
    return p50 / 1000;
  };
  const ordinaryMilliseconds = await timeOf(new Uint8Array(bytes).fill(1));
  const allocated = client.alloc([bytes], 'uint8');
  allocated.data.fill(1); // Memory costs when it is touched first.
  const allocatedMilliseconds = await timeOf(allocated);
  allocated.release();
  return { bytes, ordinaryMilliseconds, allocatedMilliseconds };
}

/** Runs one measurement after another, each in its part of the time; a bar shows how far they are. Ctrl-C ends them. */
function parts({ terminal: { err }, options, signal }: Connected, budget: number): Part {
  const shown = err.isTerminal && options.json !== true && options.quiet === 0;
  const bar = shown ? new ProgressBar(err) : undefined;
  const aborted = new Promise<never>((_, reject) => {
    const end = (): void =>
      reject(new SameboxError('CANCELLED', 'The measurement was interrupted.', { ran: 'no' }));
    signal.addEventListener('abort', end, { once: true });
  });
  aborted.catch(() => undefined);
  let done = 0;
  return async <T>(what: string, measure: (until: Until) => Promise<T>): Promise<T> => {
    bar?.show(done++ / PARTS, what);
    try {
      return await Promise.race([measure({ budget, signal, now: () => performance.now() }), aborted]);
    } finally {
      bar?.clear();
    }
  };
}

/** The daemon, and how large arrays go to it and back. */
async function whom(
  context: Connected,
): Promise<Pick<BenchResult, 'daemon' | 'pid' | 'endpoint' | 'handoff'>> {
  const { client } = context;
  const { sessions } = (await client.call('$daemon', 'status', [], callOptions(context))) as DaemonStatus;
  const own = sessions.find(({ id }) => id === client.session)?.handoff;
  const { name, pid } = client.daemon;
  return {
    daemon: name,
    pid,
    endpoint: client.endpoint,
    handoff: { in: own?.in.way ?? 'inline', out: own?.out.way ?? 'inline' },
  };
}
