import { methodsPage } from '../../../client/cli/methods-page';
import { PLAIN } from '../../../client/cli/paint';
import { historyFile } from '../../../client/cli/repl/history-file';
import { statusPage } from '../../../client/cli/status-page';
import type { DaemonStatus } from '../../../src/status';
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

  test('the status page tells of the daemon, its targets and its sessions', () => {
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
      sessions: [
        {
          id: 3,
          name: 'plot.py',
          pid: 8,
          user: 'ada',
          language: 'python',
          version: '1',
          since: 1000,
          calls: 5,
          pending: 1,
          pendingBytes: 0,
        },
      ],
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
      memory: { rss: 2 ** 26, heapUsed: 2 ** 23, external: 0 },
      eventLoopDelay: { mean: 0.1, p99: 1, max: 12.34 },
    };
    const text = statusPage(status, { paint: PLAIN, width: 100, now: 62_000 }).join('\n');
    expect(text).toContain('lab  running  samebox 0.1.0, protocol 1.0');
    expect(text).toContain('pid 7 of ada, up 1 min 12 s');
    expect(text).toContain('late by 0.10 ms on average, p99 1.00 ms, at most 12.3 ms');
    expect(text).toMatch(/pm +ready +5 +1 +2 +read \(plot\.py, pid 8\)/);
    expect(text).toMatch(/cam +failed .* no such port/);
    expect(text).toMatch(/3 +plot\.py +8 +ada +1 min 1 s +5 +1 +0 B +python 1/);
    expect(text).toContain('stray errors  2: see samebox logs');
  });

  test('the history of the prompt lies where the XDG base directory specification says', async () => {
    const world = new World();
    expect(historyFile({ XDG_STATE_HOME: world.folder, LOCALAPPDATA: world.folder })).toMatch(
      /sbx-.*[\\/]samebox[\\/]repl-history$/,
    );
    await world.close();
  });
});
