// What `samebox bench` found, as JSON and as people read it.
import type { Paint } from '../paint';
import { bytes } from '../quantities';
import { pad } from '../text-width';
import type { RoundTrips } from './measurements';

/** What was measured; `--json` prints it. Times in microseconds and milliseconds, as their names say. */
export interface BenchResult {
  readonly daemon: string;
  readonly pid: number;
  readonly endpoint: string;
  /** How large arrays go: `memfd`, `file`, `mapping`, or `inline` for through the socket. */
  readonly handoff: { readonly in: string; readonly out: string };
  readonly roundTripMicroseconds: RoundTrips;
  readonly callsPerSecond: readonly { readonly inFlight: number; readonly rate: number }[];
  readonly arraysThereAndBack: readonly ArrayTimes[];
}

/** An array there and back: one in ordinary memory, and one from `client.alloc`. */
export interface ArrayTimes {
  readonly bytes: number;
  readonly ordinaryMilliseconds: number;
  readonly allocatedMilliseconds: number;
}

const LABEL = 18;
const FIGURE = 12;
const BAR = 24;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Who is measured. */
export function headLines(
  { daemon, pid, endpoint, handoff }: Pick<BenchResult, 'daemon' | 'pid' | 'endpoint' | 'handoff'>,
  paint: Paint,
): string[] {
  const ways =
    handoff.in === handoff.out ? wayText(handoff.in) : `${wayText(handoff.in)}, ${wayText(handoff.out)} back`;
  return [`${paint.bold(daemon)} (pid ${pid}) at ${endpoint}`, paint.dim(`Large arrays go ${ways}.`)];
}

/** One call after another. */
export function roundTripLines({ p50, p99, p999, calls }: RoundTrips, paint: Paint): string[] {
  return [
    '',
    paint.bold('An empty call, one after another'),
    row('', ['p50', 'p99', 'p99.9'].map((head) => figure(head)).join(''), paint.dim),
    row('round trip', [p50, p99, p999].map((time) => figure(microseconds(time))).join('')) +
      paint.dim(`   ${grouped(calls)} calls`),
  ];
}

/** Many calls at once: drawn when all are known. */
export function rateLines(rates: BenchResult['callsPerSecond'], paint: Paint): string[] {
  const most = Math.max(...rates.map(({ rate }) => rate));
  return [
    '',
    paint.bold('Calls per second'),
    ...rates.map(({ inFlight, rate }) => {
      const eighths = Math.max(1, Math.round((rate / most) * BAR * 8));
      const bar = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
      return `${row(`${inFlight} in flight`, figure(grouped(rate)))}   ${paint.cyan(bar)}`;
    }),
  ];
}

/** Arrays there and back. The rate counts the bytes once in each direction. */
export function arrayLines(arrays: readonly ArrayTimes[], paint: Paint): string[] {
  const cell = (size: number, time: number): string =>
    figure(`${time.toPrecision(3)} ms`) + paint.dim(pad(`${bytes((2 * size * 1000) / time)}/s`, 14, 'right'));
  return [
    '',
    paint.bold('An array, there and back'),
    row('', pad('ordinary', FIGURE, 'right') + pad('from alloc', FIGURE + 14, 'right'), paint.dim),
    ...arrays.map(({ bytes: size, ordinaryMilliseconds, allocatedMilliseconds }) =>
      row(
        bytes(size).replace('.0', '').padStart(6),
        cell(size, ordinaryMilliseconds) + cell(size, allocatedMilliseconds),
      ),
    ),
  ];
}

function row(label: string, figures: string, colour: (text: string) => string = (text) => text): string {
  return colour(`  ${pad(label, LABEL)}${figures}`);
}

const figure = (text: string): string => pad(text, FIGURE, 'right');
const grouped = (value: number): string => Math.round(Number(value.toPrecision(3))).toLocaleString('en-US');

/** `13.2 µs`, `847 µs`, `1.21 ms` */
function microseconds(value: number): string {
  return value < 1000 ? `${value.toPrecision(3)} µs` : `${(value / 1000).toPrecision(3)} ms`;
}

function wayText(way: string): string {
  return way === 'inline' ? 'through the socket' : `through shared memory (${way})`;
}
