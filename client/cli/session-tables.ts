// Who is connected, and how large payloads go between: tables of the status page.
import type { HandoffStatus, SessionStatus } from '../../src/status';
import { fittingTable, type Column } from './fitting-table';
import { Footnotes } from './footnotes';
import { bytes, duration } from './quantities';
import type { PageStyle } from './status-page';
import { cut } from './text-width';

const INDENT = '  ';
const LEAST_NAME = 14;

/** The table of sessions; why payloads go through the socket stands beneath it. */
export function sessionLines(sessions: readonly SessionStatus[], { paint, width, now }: PageStyle): string[] {
  const notes = new Footnotes();
  const longest = Math.max(LEAST_NAME, Math.floor(width / 5));
  const columns: Column<SessionStatus>[] = [
    { head: 'SESSION', right: true, cell: ({ id }) => String(id) },
    { head: 'CLIENT', cell: ({ name }) => ({ text: cut(name, longest), colour: paint.bold }) },
    { head: 'PID', right: true, cell: ({ pid }) => String(pid) },
    { head: 'USER', leaves: 2, cell: ({ user = '?' }) => user },
    { head: 'SINCE', leaves: 4, cell: ({ since }) => duration(Math.max(0, now - since) / 1000) },
    { head: 'CALLS', right: true, cell: ({ calls }) => String(calls) },
    { head: 'STATE', leaves: 6, cell: stateOf },
    { head: 'PENDING', right: true, leaves: 5, cell: ({ pending }) => String(pending) },
    { head: 'UNREAD', right: true, leaves: 3, cell: ({ pendingBytes }) => bytes(pendingBytes) },
    { head: 'PAYLOADS', cell: (session) => ways(session, notes) },
    { head: 'LIBRARY', leaves: 1, cell: ({ language, version }) => `${language} ${version}` },
  ];
  const lines = fittingTable(sessions, columns, { width, headColour: paint.dim, indent: INDENT });
  return [...lines, ...notes.lines(width, INDENT).map(paint.dim)];
}

/** Whether its client is there, whether the daemon keeps its loop hot for it, and under which name it outlives it. */
function stateOf({ state, session, latency }: SessionStatus): string {
  const named = session === undefined ? state : `${state} "${cut(session, LEAST_NAME)}"`;
  return latency === 'normal' ? named : `${named}, ${latency === 'lane' ? 'lane' : 'low latency'}`;
}

/** What lies in shared memory for each session and direction; nothing where nothing does. */
export function memoryLines(sessions: readonly SessionStatus[], { paint, width }: PageStyle): string[] {
  const rows = sessions.flatMap((session) =>
    (['in', 'out'] as const)
      .map((direction) => ({ session, direction, status: handoffOf(session)?.[direction] }))
      .filter(({ status }) => status !== undefined && status.segments + status.mapped + status.granted > 0),
  );
  if (rows.length === 0) return [];
  const size = (head: string, of: (status: HandoffStatus) => number): Column<(typeof rows)[number]> => ({
    head,
    right: true,
    cell: ({ status }) => (status === undefined ? '' : bytes(of(status))),
  });
  const columns: Column<(typeof rows)[number]>[] = [
    { head: 'SESSION', right: true, cell: ({ session }) => String(session.id) },
    { head: 'MEMORY', cell: ({ direction, status }) => `${direction}, ${status?.way ?? '?'}` },
    { head: 'SEGMENTS', right: true, cell: ({ status }) => String(status?.segments ?? 0) },
    size('MAPPED', ({ mapped }) => mapped),
    size('GRANTED', ({ granted }) => granted),
    size('FREE', ({ free }) => free),
  ];
  return fittingTable(rows, columns, { width, headColour: paint.dim, indent: INDENT });
}

/** `memfd` for both directions, else `in memfd, out inline¹`. */
function ways(session: SessionStatus, notes: Footnotes): string {
  const handoff = handoffOf(session);
  if (handoff === undefined) return '?';
  const way = ({ way: name, reason }: HandoffStatus): string =>
    reason === undefined ? name : name + notes.mark(`${name}: ${reason}`);
  const [from, to] = [way(handoff.in), way(handoff.out)];
  return from === to ? from : `in ${from}, out ${to}`;
}

/** A daemon of an older version, which runs on after an update, doesn't tell. */
function handoffOf(session: Partial<SessionStatus>): SessionStatus['handoff'] | undefined {
  return session.handoff;
}
