import { checkDaemons } from '../../../../daemon/doctor/checks/daemons';
import { checkEndpointFacts, type EndpointFacts } from '../../../../daemon/doctor/checks/endpoint';
import { SameboxError } from '../../../../src/errors';
import type { DaemonStatus, SessionStatus, TargetStatus } from '../../../../src/status';

const facts: EndpointFacts = {
  label: 'lab',
  path: '/run/lab.sock',
  probe: { state: 'live' },
  lock: { path: '/run/lab.sock.lock', state: 'held', pid: 7, alive: true },
  wanted: false,
  user: 'ann',
  namesCallers: true,
  version: '0.1.0',
};
const check = (more: Partial<EndpointFacts>) => checkEndpointFacts({ ...facts, ...more });

const handoff = { out: { way: 'memfd' }, in: { way: 'memfd' } } as SessionStatus['handoff'];
const session = { id: 3, user: 'ann', handoff } as SessionStatus;
const target = (name: string, more: Partial<TargetStatus> = {}): TargetStatus => ({
  name,
  state: 'ready',
  running: [],
  waiting: 0,
  calls: 0,
  errors: 0,
  ...more,
});
const status = {
  version: '0.1.0',
  pid: 7,
  user: 'ann',
  endpoint: 'lab',
  state: 'running',
  sessions: [session],
  targets: [target('$daemon')],
  counters: { stray: 0 },
  memory: { rss: 64 * 2 ** 20 },
  eventLoopDelay: { mean: 0, p99: 1, max: 3 },
} as unknown as DaemonStatus;
const answering = (more: Partial<DaemonStatus>) =>
  check({ answer: { status: { ...status, ...more }, session: 3 } });

describe('a daemon that answers', () => {
  test('is well, with its version, process and user', () => {
    expect(answering({})).toEqual([
      { check: 'daemon', level: 'ok', says: 'lab answers: samebox 0.1.0, pid 7 of ann, 64 MiB' },
    ]);
  });

  test('in another version than this program is a warning', () => {
    expect(answering({ version: '0.0.9' })).toEqual([
      expect.objectContaining({ level: 'warning', says: 'lab runs samebox 0.0.9, and this is 0.1.0' }),
    ]);
  });

  test('whose targets failed or are away is ill, and each says why and what to do', () => {
    const targets = [
      target('$daemon'),
      target('pm', {
        state: 'failed',
        reason: 'There is no port /dev/ttyUSB9. Ports that exist: /dev/ttyUSB0.',
      }),
      target('stage', { connected: false, reason: 'there is no such port' }),
      target('cam'),
      target('lamp'),
      target('slow', { state: 'opening' }),
    ];
    expect(answering({ targets }).slice(1)).toEqual([
      {
        check: 'target',
        level: 'problem',
        says: 'pm of lab could not be opened: There is no port /dev/ttyUSB9',
        todo: 'Ports that exist: /dev/ttyUSB0.',
      },
      expect.objectContaining({ level: 'problem', says: 'stage of lab is away: there is no such port' }),
      expect.objectContaining({ level: 'note', says: 'slow of lab is being opened' }),
      { check: 'target', level: 'ok', says: 'cam and lamp of lab are ready' },
    ]);
  });

  test('that sends large arrays through the socket says why, once', () => {
    const inline = { way: 'inline', reason: 'koffi could not be loaded' };
    const own = { ...session, handoff: { out: inline, in: inline } } as SessionStatus;
    expect(answering({ sessions: [own] })[1]).toMatchObject({
      check: 'shared-memory',
      level: 'note',
      says: 'Large arrays to and from lab go through the socket: koffi could not be loaded',
    });
  });

  test('of another user sends them there for that reason', () => {
    const inline = { way: 'inline', reason: 'The segment memfd:7:19 is gone.' };
    const own = { ...session, handoff: { out: inline, in: inline } } as SessionStatus;
    expect(answering({ user: 'samebox-lab', sessions: [own] })[1]).toMatchObject({
      says: 'Large arrays to and from lab go through the socket: it runs as samebox-lab, and this is ann',
    });
  });

  test('of an older version, which tells nothing of arrays, is no trouble', () => {
    const { handoff: _, ...older } = session;
    expect(answering({ sessions: [older as SessionStatus] })).toHaveLength(1);
  });

  test('that the kernel does not tell who calls is a warning, where a kernel could', () => {
    const { user: _, ...nobody } = session;
    const sessions = [nobody as SessionStatus];
    expect(answering({ sessions })[1]).toMatchObject({
      level: 'warning',
      says: expect.stringContaining('who calls'),
    });
    const answer = { status: { ...status, sessions }, session: 3 };
    expect(check({ answer, namesCallers: false })).toHaveLength(1);
  });

  test('whose event loop stood still, whose targets threw past everybody, or which ends, is noted', () => {
    const ill = answering({
      state: 'draining',
      counters: { ...status.counters, stray: 1 },
      eventLoopDelay: { mean: 1, p99: 2, max: 512.3 },
    });
    expect(ill.map(({ says }) => says)).toEqual([
      expect.stringContaining('answers'),
      'lab is shutting down',
      'The event loop of lab stood still for 512 ms since it was looked at last',
      '1 error in targets of lab was caught by nobody',
    ]);
  });

  test('and whose lock is gone could get a second one beside it', () => {
    const answer = { status, session: 3 };
    const absent = { path: '/run/lab.sock.lock', state: 'absent' } as const;
    const listener = { pid: 7, name: 'node', handedSocket: false };
    expect(check({ answer, listener, lock: absent })[1]).toMatchObject({
      check: 'lock',
      level: 'warning',
      says: 'lab runs, but its lock /run/lab.sock.lock is gone',
    });
    expect(check({ answer, listener, lock: { ...absent, state: 'unknown' } })).toHaveLength(1);
    // Who gets his socket from systemd has no lock.
    expect(check({ answer, listener: { ...listener, handedSocket: true }, lock: absent })).toHaveLength(1);
    expect(check({ answer, lock: absent })).toHaveLength(1);
  });
});

describe('an endpoint at which nobody answers properly', () => {
  const silent = { error: new SameboxError('UNREACHABLE', 'lab: something listens but does not answer') };

  test('since its process was stopped, says how to let it go on', () => {
    const [found] = check({ answer: silent, listener: { pid: 7, name: 'node', stopped: true } });
    expect(found).toMatchObject({ level: 'problem', todo: 'Let it go on: kill -CONT 7' });
  });

  test('since its event loop is blocked, names the process', () => {
    const [found] = check({ answer: silent, listener: { pid: 7, name: 'node' } });
    expect(found).toMatchObject({
      level: 'problem',
      says: 'lab does not answer: something listens at /run/lab.sock, node (pid 7), and says nothing',
      todo: expect.stringContaining('kill 7'),
    });
  });

  test('since systemd listens for a daemon that does not come up, sends nobody to kill systemd', () => {
    const [found] = check({ answer: silent, listener: { pid: 1, name: 'systemd' } });
    expect(found).toMatchObject({ level: 'problem', todo: expect.stringContaining('samebox service logs') });
  });

  test('since it has ended while systemd keeps its socket, sends nobody to kill anything', () => {
    const [found] = check({ answer: silent, abandoned: true });
    expect(found).toMatchObject({
      level: 'problem',
      todo: expect.stringContaining('samebox service status'),
    });
  });

  test('since it refuses this client, tells that in its words', () => {
    const error = new SameboxError(
      'INCOMPATIBLE',
      'The two speak different protocols. Update the older side.',
    );
    expect(check({ answer: { error } })).toEqual([
      {
        check: 'daemon',
        level: 'problem',
        says: 'lab: The two speak different protocols',
        todo: 'Update the older side.',
      },
    ]);
  });

  test('in a directory that is not trusted is not told of again', () => {
    expect(check({})).toEqual([]);
  });

  test('since something else is there, says what', () => {
    expect(check({ probe: { state: 'odd', code: 'ENOTSOCK' } })[0]).toMatchObject({
      level: 'problem',
      says: "/run/lab.sock can't be reached (ENOTSOCK)",
    });
  });
});

describe('an endpoint at which nobody listens', () => {
  const free = { path: '/run/lab.sock.lock', state: 'free' } as const;

  test('is nothing to tell of, unless it was asked for', () => {
    expect(check({ probe: { state: 'absent' }, lock: { ...free, state: 'absent' } })).toEqual([]);
    const tried = ['/run/lab.sock', '/tmp/lab.sock'];
    expect(check({ probe: { state: 'absent' }, lock: free, wanted: true, tried })).toEqual([
      expect.objectContaining({
        level: 'problem',
        says: 'No daemon answers at lab (looked for at /run/lab.sock and /tmp/lab.sock)',
      }),
    ]);
  });

  test('and whose socket was left behind, is noted', () => {
    expect(check({ probe: { state: 'dead' }, lock: { ...free, pid: 7, alive: false } })).toEqual([
      expect.objectContaining({
        check: 'lock',
        level: 'note',
        says: '/run/lab.sock was left behind by a daemon that was killed',
      }),
    ]);
  });

  test('while its daemon lives, has lost its socket: a problem with its cause', () => {
    const [found] = check({ probe: { state: 'absent' } });
    expect(found).toMatchObject({
      level: 'problem',
      says: 'lab runs (pid 7), but its socket /run/lab.sock is gone: nobody can reach it',
      todo: expect.stringContaining('Logging out removes /run/user'),
    });
    expect(check({ probe: { state: 'dead' } })[0]).toMatchObject({ check: 'lock', level: 'problem' });
  });
});

describe('a socket that this user may not connect to', () => {
  const socket = { user: 'lab', group: 'optics', groupMay: true, member: 'no' } as const;
  const denied = (more: Partial<EndpointFacts>) => check({ probe: { state: 'denied' }, socket, ...more })[0];

  test('is a note, and a problem if it was asked for', () => {
    expect(denied({})).toMatchObject({ level: 'note' });
    expect(denied({ wanted: true })).toMatchObject({ level: 'problem' });
  });

  test.each([
    ['for a group that he is not in', socket, 'sudo usermod -aG optics ann'],
    ['for a group that he joined after his login', { ...socket, member: 'from-next-login' }, 'Log in again'],
    ['for its user alone', { ...socket, groupMay: false }, 'socket: { group }'],
    ['behind a directory that is closed', { ...socket, member: 'yes' }, 'namei -l /run/lab.sock'],
    ['of which nothing can be seen', undefined, 'socket: { group }'],
  ] as const)('%s says what to do', (_, owner, todo) => {
    const { socket: _known, ...rest } = { ...facts, probe: { state: 'denied' as const } };
    const [found] = checkEndpointFacts({ ...rest, ...(owner && { socket: owner }) });
    expect(found).toMatchObject({ todo: expect.stringContaining(todo) });
  });
});

describe('how many daemons there are', () => {
  test('none is a note with what to start', () => {
    expect(checkDaemons({ live: [], services: false })[0]).toMatchObject({
      level: 'note',
      todo: expect.stringContaining('samebox serve'),
    });
    expect(checkDaemons({ live: [], services: true })[0]).toMatchObject({
      todo: 'Start it: samebox service start.',
    });
  });

  test('one is not worth a word; several are, since clients have to choose', () => {
    expect(checkDaemons({ live: ['lab'], services: false })).toEqual([]);
    expect(checkDaemons({ live: ['demo', 'lab'], services: false })).toEqual([
      expect.objectContaining({
        level: 'note',
        says: '2 daemons run: demo and lab',
        todo: expect.stringContaining('-e demo'),
      }),
    ]);
  });

  test('SAMEBOX_ENDPOINT is told of, since it decides for every client; -e was typed just now', () => {
    const [found] = checkDaemons({
      live: ['demo', 'lab'],
      services: false,
      asked: { endpoint: 'lab', by: 'SAMEBOX_ENDPOINT' },
    });
    expect(found).toMatchObject({ says: 'SAMEBOX_ENDPOINT is set: clients go to lab; demo runs as well' });
    expect(checkDaemons({ live: [], services: false, asked: { endpoint: 'lab', by: '-e' } })).toEqual([]);
  });
});
