// What `samebox status` shows: the daemon, its targets, who is connected.
import type { DaemonStatus } from '../../src/status';
import type { Paint } from './paint';
import { bytes, duration, shortMs } from './quantities';
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
  return [
    heading,
    '',
    ...facts(status, style),
    '',
    ...targets(status, style),
    '',
    ...sessions(status, style),
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
  const rows = all.map(({ calls, errors, waiting, running, reason, ...target }): Cell[] => [
    { text: target.name, colour: paint.bold },
    stateCell(target, paint),
    String(calls),
    errors > 0 ? { text: String(errors), colour: paint.yellow } : '0',
    waiting > 0 ? { text: String(waiting), colour: paint.yellow } : '0',
    reason === undefined ? running.join(', ') : { text: reason, colour: paint.red },
  ]);
  const head = ['TARGET', 'STATE', 'CALLS', 'FAILED', 'WAITING', 'RUNNING'];
  return table(rows, { width, head, headColour: paint.dim, right: new Set([2, 3, 4]), indent: '  ' });
}

function sessions({ sessions: all }: DaemonStatus, { paint, width, now }: PageStyle): string[] {
  const rows = all.map((session): Cell[] => [
    String(session.id),
    { text: session.name, colour: paint.bold },
    String(session.pid),
    session.user ?? '?',
    duration(Math.max(0, now - session.since) / 1000),
    String(session.calls),
    String(session.pending),
    bytes(session.pendingBytes),
    `${session.language} ${session.version}`,
  ]);
  const head = ['SESSION', 'CLIENT', 'PID', 'USER', 'SINCE', 'CALLS', 'PENDING', 'UNREAD', 'LIBRARY'];
  return table(rows, { width, head, headColour: paint.dim, right: new Set([0, 2, 5, 6, 7]), indent: '  ' });
}
