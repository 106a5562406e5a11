// One endpoint: who listens there, who holds its lock, what it answers, and what to do if one of these is amiss.
import type { DaemonAnswer, Finding } from '../../../src/doctor-request';
import type { ErrorCode } from '../../../src/errors';
import type { Probe } from '../../../src/endpoint';
import { finding, findingOf, inWords } from '../finding';
import { checkAnswer } from './answer';
import type { Membership } from './port-rights';

/** The lock of an endpoint. */
export interface LockFacts {
  readonly path: string;
  /** `'unknown'` where the system tells nobody who holds a lock. */
  readonly state: 'held' | 'free' | 'absent' | 'unknown';
  /** What its holder has written, or the kernel says. */
  readonly pid?: number;
  /** Whether that process lives. */
  readonly alive?: boolean;
}

/** A socket that this user may not connect to. */
export interface SocketOwner {
  readonly user: string;
  readonly group: string;
  /** Whether its group may connect. */
  readonly groupMay: boolean;
  readonly member: Membership;
}

/** A process, as far as the system tells. */
export interface ProcessFacts {
  readonly pid: number;
  readonly name?: string;
  /** Whether it was stopped (SIGSTOP, Ctrl-Z). */
  readonly stopped?: boolean;
  /** Whether it was started with a socket in hand (LISTEN_FDS), and so needs no lock; absent where nobody can tell. */
  readonly handedSocket?: boolean;
}

/** What was found at a path. */
export interface EndpointFacts {
  readonly label: string;
  readonly path: string;
  readonly probe: Probe;
  readonly lock: LockFacts;
  /** Whether it was asked for by name, so that nobody there is a problem. */
  readonly wanted: boolean;
  /** Then, all paths at which it was looked for. */
  readonly tried?: readonly string[];
  /** Who asks. */
  readonly user: string;
  readonly namesCallers: boolean;
  /** This program's version. */
  readonly version: string;
  /** Where somebody listens whom a client would trust. */
  readonly answer?: DaemonAnswer;
  readonly listener?: ProcessFacts;
  /** Whether the process that began to listen is gone, so that only who handed it the socket still has it. */
  readonly abandoned?: boolean;
  /** Where this user may not connect. */
  readonly socket?: SocketOwner;
}

/** Findings of one endpoint and of the daemon behind it. */
export function checkEndpointFacts(facts: EndpointFacts): Finding[] {
  switch (facts.probe.state) {
    case 'live':
      return live(facts);
    case 'denied':
      return [denied(facts)];
    case 'odd':
      return [
        finding(
          'daemon',
          'problem',
          `${facts.path} can't be reached (${facts.probe.code})`,
          'Move away what is there, or listen elsewhere.',
        ),
      ];
    case 'dead':
    case 'absent':
      return nobody(facts, facts.probe.state);
  }
}

function live(facts: EndpointFacts): Finding[] {
  const { answer, label } = facts;
  if (answer === undefined) return [];
  if (!('error' in answer)) return [...checkAnswer(facts, answer), ...unlocked(facts)];
  if (!UNANSWERED.includes(answer.error.code))
    return [findingOf('daemon', 'problem', answer.error, `${label}: `)];
  return [silent(facts)];
}

/** Nothing came: neither welcome nor refusal, or no answer to the first call. */
const UNANSWERED: readonly ErrorCode[] = ['UNREACHABLE', 'TIMEOUT', 'CANCELLED'];

/** It accepts (the kernel does) and says nothing. */
function silent({ label, path, listener, abandoned }: EndpointFacts): Finding {
  if (abandoned === true) {
    const says = `${label} does not answer: its daemon has ended, and its socket ${path} is kept (by systemd) for the next one`;
    const todo = 'Wait a moment; else see why: samebox service status, and samebox service logs.';
    return finding('daemon', 'problem', says, todo);
  }
  if (listener?.name === 'systemd') {
    const says = `${label} does not answer: systemd listens at ${path}, and the daemon that it starts does not come up`;
    return finding('daemon', 'problem', says, 'See why: samebox service status, and samebox service logs.');
  }
  const pid = listener === undefined ? '' : ` ${listener.name ?? 'process'} (pid ${listener.pid})`;
  if (listener?.stopped === true) {
    const says = `${label} does not answer:${pid} was stopped, by Ctrl-Z or a debugger`;
    return finding('daemon', 'problem', says, `Let it go on: kill -CONT ${listener.pid}`);
  }
  const says = `${label} does not answer: something listens at ${path}${pid === '' ? '' : `,${pid}`}, and says nothing`;
  const todo =
    'A target that blocks the event loop keeps everybody waiting: samebox logs names it once it is over. ' +
    `If it does not end: kill ${listener?.pid ?? 'PID'}, and start the daemon anew.`;
  return finding('daemon', 'problem', says, todo);
}

/** Without its lock a second daemon could start beside it. One that systemd has handed a socket has none, and needs none. */
function unlocked({ label, lock, listener }: EndpointFacts): Finding[] {
  if (listener?.handedSocket !== false) return [];
  if (lock.state !== 'absent' && lock.state !== 'free') return [];
  const says = `${label} runs, but its lock ${lock.path} ${lock.state === 'free' ? 'is held by nobody' : 'is gone'}`;
  return [
    finding(
      'lock',
      'warning',
      says,
      'Something has removed it (a cleaner of /tmp?): start the daemon anew before a second one starts beside it.',
    ),
  ];
}

function denied({ label, path, socket, user, wanted }: EndpointFacts): Finding {
  const level = wanted ? 'problem' : 'note';
  if (socket === undefined) {
    return finding(
      'daemon',
      level,
      `${user} may not connect to ${label} (${path})`,
      'Ask its owner for a group: `socket: { group }` in its config.',
    );
  }
  const { group, groupMay, member } = socket;
  if (!groupMay) {
    const says = `${label} (${path}) is for ${socket.user} alone`;
    return finding(
      'daemon',
      level,
      says,
      'Use it as that user, or have its config name a group: `socket: { group }`.',
    );
  }
  if (member === 'no') {
    const todo = `Join it, and log in again: sudo usermod -aG ${group} ${user}`;
    return finding(
      'daemon',
      level,
      `${label} (${path}) is for the group ${group}, in which ${user} is not`,
      todo,
    );
  }
  if (member === 'from-next-login') {
    const says = `${label} (${path}) is for the group ${group}; ${user} is in it, but not this session`;
    return finding('daemon', level, says, 'Log in again (all of the desktop, not only the terminal).');
  }
  const says = `${user} may not connect to ${label} (${path}), though in the group ${group}`;
  return finding('daemon', level, says, `A directory on the way is closed: namei -l ${path}`);
}

function nobody(
  { label, path, lock, wanted, tried = [path] }: EndpointFacts,
  state: 'dead' | 'absent',
): Finding[] {
  if (lock.state === 'held' && lock.pid !== undefined && lock.alive !== false) {
    const says =
      state === 'absent'
        ? `${label} runs (pid ${lock.pid}), but its socket ${path} is gone: nobody can reach it`
        : `pid ${lock.pid} holds the lock of ${label}, but nobody listens at ${path}`;
    const todo =
      state === 'absent'
        ? `Start it anew: kill ${lock.pid}. Logging out removes /run/user, and cleaners empty /tmp: a service (samebox service install) is spared both.`
        : `It starts or ends just now; else end it: kill ${lock.pid}`;
    return [finding('lock', 'problem', says, todo)];
  }
  const left =
    state === 'dead'
      ? [
          finding(
            'lock',
            'note',
            `${path} was left behind by a daemon that was killed`,
            'Nothing: the next daemon of that name removes it.',
          ),
        ]
      : [];
  if (!wanted) return left;
  return [
    finding(
      'daemon',
      'problem',
      `No daemon answers at ${label} (looked for at ${inWords(tried)})`,
      'Start it: samebox serve, or samebox service start.',
    ),
    ...left,
  ];
}
