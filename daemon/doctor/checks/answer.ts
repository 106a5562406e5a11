// What a daemon's own status tells: its version, how arrays go to it, whether it keeps up, how its targets are.
import type { Finding } from '../../../src/doctor-request';
import type { DaemonStatus, SessionStatus } from '../../../src/status';
import { bytes, finding, inWords, sentences } from '../finding';

/** A loop that was late by so many milliseconds was held up by somebody. */
const LATE_MS = 200;

/** Who is asked, and by which version. */
export interface Asked {
  readonly label: string;
  readonly user: string;
  /** Whether this system tells a daemon who calls: Windows doesn't. */
  readonly namesCallers: boolean;
  readonly version: string;
}

/** Findings of a daemon that answers. */
export function checkAnswer(
  asked: Asked,
  { status, session }: { status: DaemonStatus; session: number },
): Finding[] {
  const own = status.sessions.find(({ id }) => id === session);
  return [
    ...versions(asked, status),
    ...ending(asked, status),
    ...(own === undefined ? [] : [...credentials(asked, own), ...arrays(asked, status, own)]),
    ...loop(asked, status),
    ...stray(asked, status),
    ...targets(asked, status),
  ];
}

function versions({ label, version }: Asked, status: DaemonStatus): Finding[] {
  const says = `${label} answers: samebox ${status.version}, pid ${status.pid} of ${status.user}, ${bytes(status.memory.rss)}`;
  if (status.version === version) return [finding('daemon', 'ok', says)];
  const skew = `${label} runs samebox ${status.version}, and this is ${version}`;
  return [
    finding(
      'daemon',
      'warning',
      skew,
      `Start the daemon anew to have them alike (samebox -e ${label} stop, then as before); they understand each other meanwhile.`,
    ),
  ];
}

function ending({ label }: Asked, { state }: DaemonStatus): Finding[] {
  if (state === 'running') return [];
  return [finding('daemon', 'note', `${label} is shutting down`, 'Wait until its running calls have ended.')];
}

function credentials({ label, namesCallers }: Asked, { user }: SessionStatus): Finding[] {
  if (user !== undefined || !namesCallers) return [];
  const todo =
    'Rules (`allow`) refuse everybody there: its koffi is missing. Run samebox doctor as its user.';
  return [finding('daemon', 'warning', `${label} is not told by the kernel who calls`, todo)];
}

/** An older daemon doesn't tell how arrays go. */
function arrays(
  { label, user }: Asked,
  { user: owner }: DaemonStatus,
  { handoff }: Partial<SessionStatus>,
): Finding[] {
  const reasons = [handoff?.in, handoff?.out].flatMap((way) =>
    way?.way === 'inline' ? [way.reason ?? 'no reason given'] : [],
  );
  if (reasons.length === 0) return [];
  const why = owner === user ? inWords([...new Set(reasons)]) : `it runs as ${owner}, and this is ${user}`;
  const says = `Large arrays to and from ${label} go through the socket: ${sentences(why).fact}`;
  return [
    finding(
      'shared-memory',
      'note',
      says,
      'Nothing, if they are few; docs/SECURITY.md says who can share memory.',
    ),
  ];
}

function loop({ label }: Asked, { eventLoopDelay }: DaemonStatus): Finding[] {
  const { max } = eventLoopDelay;
  if (max < LATE_MS) return [];
  const says = `The event loop of ${label} stood still for ${Math.round(max)} ms since it was looked at last`;
  return [
    finding(
      'daemon',
      'note',
      says,
      `A target that computes or waits without await holds up all others: samebox -e ${label} logs names it.`,
    ),
  ];
}

function stray({ label }: Asked, { counters: { stray: count } }: DaemonStatus): Finding[] {
  if (count === 0) return [];
  const says = `${count} error${count === 1 ? '' : 's'} in targets of ${label} ${count === 1 ? 'was' : 'were'} caught by nobody`;
  return [
    finding('target', 'warning', says, `Read them, and catch them in the target: samebox -e ${label} logs`),
  ];
}

function targets({ label }: Asked, { targets: all }: DaemonStatus): Finding[] {
  const own = all.filter(({ name }) => !name.startsWith('$'));
  const well = own.filter(({ state, connected }) => state === 'ready' && connected !== false);
  const rest = own.filter((target) => !well.includes(target));
  const found = rest.map(({ name, state, reason = '' }): Finding => {
    const { fact, rest: next } = sentences(reason);
    const why = fact === '' ? '' : `: ${fact}`;
    switch (state) {
      case 'opening':
        return finding(
          'target',
          'note',
          `${name} of ${label} is being opened`,
          'Wait; if it lasts, the instrument does not answer its driver.',
        );
      case 'failed':
        return finding(
          'target',
          'problem',
          `${name} of ${label} could not be opened${why}`,
          next || `Mend it, and call it again, or: samebox -e ${label} wake ${name}`,
        );
      case 'ready':
        return finding(
          'target',
          'problem',
          `${name} of ${label} is away${why}`,
          next || 'Plug it in and switch it on: it is opened again by itself.',
        );
    }
  });
  if (well.length === 0) return found;
  const names = well.map(({ name }) => name);
  return [
    ...found,
    finding('target', 'ok', `${inWords(names)} of ${label} ${well.length === 1 ? 'is' : 'are'} ready`),
  ];
}
