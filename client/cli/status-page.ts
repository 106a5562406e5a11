// What `samebox status` shows: the daemon, its targets, who is connected.
import type { DaemonStatus } from '../../src/status';
import { leasedBy } from './lease-holder';
import type { Paint } from './paint';
import { bytes, duration, shortMs } from './quantities';
import { memoryLines, sessionLines } from './session-tables';
import { table, type Cell } from './table';
import { stateCell } from './target-state';

/** How the page is shown. */
export interface PageStyle {
  readonly paint: Paint;
  readonly width: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The page's lines. */
export function statusPage(status: DaemonStatus, style: PageStyle): string[] {
  const { paint } = style;
  const state = status.state === 'running' ? paint.green(status.state) : paint.yellow(status.state);
  const heading = `${paint.bold(status.endpoint)}  ${state}  samebox ${status.version}, protocol ${status.protocol}`;
  const memory = memoryLines(status.sessions, style);
  return [
    heading,
    '',
    ...facts(status, style),
    '',
    ...targets(status, style),
    '',
    ...sessionLines(status.sessions, style),
    ...(memory.length > 0 ? ['', ...memory] : []),
  ];
}

function facts(status: DaemonStatus, { paint, width }: PageStyle): string[] {
  const { counters, memory, eventLoopDelay } = status;
  const rows: [string, string][] = [
    ['listens at', status.path],
    ['process', `pid ${status.pid} of ${status.user}, up ${duration(status.uptime)}`],
    ['calls', `${counters.calls}, of which ${counters.errors} failed`],
    [
      'connections',
      `${counters.connections}, of which ${counters.refused} refused; ${counters.silent} silent now`,
    ],
    [
      'memory',
      `${bytes(memory.rss)} resident, ${bytes(memory.heapUsed)} heap, ${bytes(memory.external)} external`,
    ],
    ...sharedMemory(status),
    [
      'event loop',
      `late by ${shortMs(eventLoopDelay.mean)} on average, p99 ${shortMs(eventLoopDelay.p99)}, at most ${shortMs(eventLoopDelay.max)}`,
    ],
    ['log level', status.logLevel],
  ];
  if (counters.stray > 0) rows.push(['stray errors', `${counters.stray}: see samebox logs`]);
  return table(
    rows.map(([name, text]): Cell[] => [{ text: name, colour: paint.dim }, text]),
    { width, indent: '  ' },
  );
}

function targets({ targets: all }: DaemonStatus, { paint, width }: PageStyle): string[] {
  const rows = all.map(({ calls, errors, waiting, running, reason, lease, ...target }): Cell[] => [
    { text: target.name, colour: paint.bold },
    stateCell(target, paint),
    String(calls),
    errors > 0 ? { text: String(errors), colour: paint.yellow } : '0',
    waiting > 0 ? { text: String(waiting), colour: paint.yellow } : '0',
    reason === undefined
      ? [...(lease ? [leasedBy(lease)] : []), ...running].join(', ')
      : { text: reason, colour: paint.red },
  ]);
  const head = ['TARGET', 'STATE', 'CALLS', 'FAILED', 'WAITING', 'RUNNING'];
  return table(rows, { width, head, headColour: paint.dim, right: new Set([2, 3, 4]), indent: '  ' });
}

/** What the daemon has of its own, and what of it published streams take. */
function sharedMemory({ segments, sessions = [] }: Partial<DaemonStatus>): [string, string][] {
  // A daemon of an older version, which runs on after an update, doesn't tell.
  if (segments === undefined) return [];
  const { mapped, limit, published } = segments;
  const granted = sessions.reduce((sum, { handoff }) => sum + handoff.out.granted, 0);
  const of = (count: number, size: number): string =>
    count === 0 ? 'none' : `${bytes(size)} in ${count} segment${count === 1 ? '' : 's'}`;
  const most = limit > 0 ? ` of at most ${bytes(limit)}` : '';
  const read = (size: number): string => (size > 0 ? `, ${bytes(size)} granted` : '');
  const rows: [string, string][] = [
    ['shared memory', of(segments.segments, mapped) + most + read(granted + published.granted)],
  ];
  if (published.segments > 0)
    rows.push(['published', of(published.segments, published.mapped) + read(published.granted)]);
  return rows;
}
