import { limitsPage } from '../../../client/cli/limits-page';
import { methodsPage } from '../../../client/cli/methods-page';
import { PLAIN } from '../../../client/cli/paint';
import { historyFile } from '../../../client/cli/repl/history-file';
import { statusPage } from '../../../client/cli/status-page';
import { textWidth } from '../../../client/cli/text-width';
import type { DaemonStatus, SessionStatus } from '../../../src/status';
import { World } from './run-samebox';

describe('pages for people', () => {
  test('a manual page shows properties, methods and streams as a caller sees them', () => {
    const page = methodsPage(
      {
        name: 'pm',
        state: 'ready',
        type: 'PowerMeter',
        documentation: 'A power\nmeter.',
        members: [
          {
            name: 'readings',
            kind: 'stream',
            signature: 'readings(interval: number = 100): AsyncGenerator<number, void, undefined>',
            parameters: [],
          },
          {
            name: 'read',
            kind: 'method',
            signature: 'read(n: number): Promise<Map<string, number>>',
            parameters: [],
            documentation: 'Reads.\n@param n how often',
            idempotent: true,
            timeout: 90_000,
          },
          { name: 'range', kind: 'property', signature: 'range: number', parameters: [], settable: true },
        ],
      },
      { paint: PLAIN, width: 80 },
    );
    expect(page).toEqual([
      'pm  PowerMeter',
      '  A power meter.',
      '',
      'PROPERTIES',
      '  range: number  (can be set)',
      '',
      'METHODS',
      '  read(n: number): Map<string, number>  (idempotent, deadline 1 min 30 s)',
      '      Reads.',
      '      @param n how often',
      '',
      'STREAMS',
      '  readings(interval: number = 100): stream of number',
    ]);
  });

  const none = { segments: 0, mapped: 0, granted: 0, free: 0 };
  const memfd = { way: 'memfd', ...none } as const;
  const MiB = 2 ** 20;
  const session: SessionStatus = {
    id: 3,
    name: 'plot.py',
    pid: 8,
    user: 'ada',
    language: 'python',
    version: '1',
    state: 'connected',
    latency: 'normal',
    since: 1000,
    calls: 5,
    pending: 1,
    kept: { results: 0, bytes: 0 },
    pendingBytes: 0,
    handoff: { in: memfd, out: memfd },
  };
  const status: DaemonStatus = {
    version: '0.1.0',
    protocol: '1.0',
    pid: 7,
    endpoint: 'lab',
    path: '/run/lab.sock',
    user: 'ada',
    uptime: 72,
    state: 'running',
    logLevel: 'info',
    sessions: [session],
    targets: [
      { name: 'pm', state: 'ready', running: ['read (plot.py, pid 8)'], waiting: 2, calls: 5, errors: 1 },
      {
        name: 'cam',
        state: 'failed',
        reason: 'no such port',
        running: [],
        waiting: 0,
        calls: 0,
        errors: 0,
      },
    ],
    counters: { connections: 4, refused: 1, silent: 0, calls: 5, errors: 1, stray: 2 },
    segments: { segments: 0, mapped: 0, limit: 1024 * MiB, published: none },
    memory: { rss: 2 ** 26, heapUsed: 2 ** 23, external: 0 },
    eventLoopDelay: { mean: 0.1, p99: 1, max: 12.34 },
  };
  const page = (shown: DaemonStatus, width: number): string[] =>
    statusPage(shown, { paint: PLAIN, width, now: 62_000 });

  test('the status page tells of the daemon, its targets and its sessions', () => {
    const text = page(status, 100).join('\n');
    expect(text).toContain('lab  running  samebox 0.1.0, protocol 1.0');
    expect(text).toContain('pid 7 of ada, up 1 min 12 s');
    expect(text).toContain('late by 0.10 ms on average, p99 1.00 ms, at most 12.3 ms');
    expect(text).toMatch(/pm +ready +5 +1 +2 +read \(plot\.py, pid 8\)/);
    expect(text).toMatch(/cam +failed .* no such port/);
    expect(text).toMatch(/3 +plot\.py +8 +ada +1 min 1 s +5 +connected +1 +0 B +memfd +python 1/);
    expect(text).toContain('stray errors   2: see samebox logs');
    expect(text).toContain('shared memory  none of at most 1.0 GiB\n');
    expect(text).not.toContain('SEGMENTS');
  });

  const inline = { way: 'inline', reason: 'koffi could not be loaded: no such file', ...none } as const;
  const busy: DaemonStatus = {
    ...status,
    segments: {
      segments: 5,
      mapped: 68 * MiB,
      limit: 1024 * MiB,
      published: { segments: 1, mapped: 16 * MiB, granted: 4 * MiB, free: 12 * MiB },
    },
    sessions: [
      {
        ...session,
        name: 'camera viewer with a long name',
        handoff: {
          in: memfd,
          out: { way: 'memfd', segments: 3, mapped: 48 * MiB, granted: 32 * MiB, free: 16 * MiB },
        },
      },
      { ...session, id: 4, handoff: { in: inline, out: memfd } },
      { ...session, id: 12, handoff: { in: inline, out: inline } },
    ],
  };

  test.each([80, 160])(
    'in %i columns no line of the status is longer, and the ways of payloads are seen',
    (width) => {
      const lines = page(busy, width);
      expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
      expect(lines.find((line) => line.includes('camera'))).toMatch(/ memfd\b/);
      expect(lines.find((line) => /^ +4 /.test(line))).toContain('in inline¹, out memfd');
      expect(lines.find((line) => /^ +12 /.test(line))).toMatch(/ inline¹(?:  |$)/);
      expect(lines.some((line) => line.includes('LIBRARY'))).toBe(width === 160);
    },
  );

  test('why payloads go inline is told once, beneath the table', () => {
    const lines = page(busy, 160);
    expect(lines.filter((line) => line.includes('koffi'))).toEqual([
      '  ¹ inline: koffi could not be loaded: no such file',
    ]);
    expect(page(busy, 40).filter((line) => /^ {2}¹|^ {4}/.test(line)).length).toBeGreaterThan(1);
  });

  test('shared memory is told of the daemon as a whole and of each direction that has some', () => {
    const lines = page(busy, 80);
    expect(lines).toContain('  shared memory  68.0 MiB in 5 segments of at most 1.0 GiB, 36.0 MiB granted');
    expect(lines).toContain('  published      16.0 MiB in 1 segment, 4.0 MiB granted');
    expect(lines.slice(-2)).toEqual([
      '  SESSION  MEMORY      SEGMENTS    MAPPED   GRANTED      FREE',
      '        3  out, memfd         3  48.0 MiB  32.0 MiB  16.0 MiB',
    ]);
  });

  test('a daemon of an older version, which tells nothing of it, is shown all the same', () => {
    const { segments: _, ...older } = status;
    const { handoff: _handoff, ...client } = session;
    const text = page({ ...older, sessions: [client] } as unknown as DaemonStatus, 100).join('\n');
    expect(text).toMatch(/3 +plot\.py .* \? +python 1/);
    expect(text).not.toContain('shared memory');
  });

  test('the page of limits has a sentence beneath each, and fits', () => {
    const limits = [
      {
        name: 'keptBytes',
        limit: 8 * MiB,
        use: 7.5 * MiB,
        of: 'session 3 (plot.py, pid 8)',
        means: 'bytes of a kind',
      },
      {
        name: 'resumeWindow',
        limit: 60_000,
        means: 'milliseconds that pass before it is over, which is quite long',
      },
      { name: 'maxQueue', limit: Infinity, use: 12, means: 'calls that wait' },
    ];
    expect(limitsPage(limits, { paint: PLAIN, width: 64 })).toEqual([
      '  LIMIT          AT MOST   IN USE  BY',
      '  keptBytes      8.0 MiB  7.5 MiB  session 3 (plot.py, pid 8)',
      '    bytes of a kind',
      '  resumeWindow     1 min        -',
      '    milliseconds that pass before it is over, which is quite',
      '    long',
      '  maxQueue      no limit       12',
      '    calls that wait',
    ]);
  });

  test('the history of the prompt lies where the XDG base directory specification says', async () => {
    const world = new World();
    expect(historyFile({ XDG_STATE_HOME: world.folder, LOCALAPPDATA: world.folder })).toMatch(
      /sbx-.*[\\/]samebox[\\/]repl-history$/,
    );
    await world.close();
  });
});
