import { checkServices, type InstalledService } from '../../../../daemon/doctor/checks/service';
import type { ServiceStatus } from '../../../../daemon/service/service-manager';

const status: ServiceStatus = {
  scope: 'system',
  name: 'lab',
  installed: true,
  enabled: true,
  state: 'running',
  pid: 7,
  config: '/etc/samebox/lab.config.ts',
  node: '/home/ann/.nvm/versions/node/v20.9.0/bin/node',
  script: '/usr/lib/node_modules/samebox/dist/bin/samebox.js',
};
const command: InstalledService['command'] = (action) => `sudo samebox service ${action} -e lab`;
const check = (more: Partial<ServiceStatus>, rest: Partial<InstalledService> = {}) =>
  checkServices({
    title: 'systemd',
    user: 'ann',
    services: [{ status: { ...status, ...more }, missing: [], command, ...rest }],
  });

describe('a service', () => {
  test('that runs and starts at boot is well', () => {
    expect(check({})).toEqual([{ check: 'service', level: 'ok', says: 'The service lab runs (pid 7)' }]);
  });

  test('whose Node an update has taken away is a problem, told of once', () => {
    expect(check({ state: 'failed', detail: 'exit code 203' }, { missing: ['node'] })).toEqual([
      {
        check: 'service',
        level: 'problem',
        says: 'The service lab runs /home/ann/.nvm/versions/node/v20.9.0/bin/node, and that Node is gone',
        todo: expect.stringContaining('sudo samebox service install -e lab'),
      },
    ]);
  });

  test('whose script or config is gone is a problem', () => {
    expect(check({}, { missing: ['script', 'config'] }).map(({ says }) => says)).toEqual([
      expect.stringContaining('that samebox is gone'),
      'The config of the service lab is gone: /etc/samebox/lab.config.ts',
    ]);
  });

  test('that failed says why and what to do in the words of its manager, else where to read more', () => {
    const { pid: _, ...ended } = status;
    const failed = { ...ended, state: 'failed', detail: 'it ended with code 2' } as const;
    const only = (more: ServiceStatus): object | undefined =>
      checkServices({ title: 'systemd', user: 'ann', services: [{ status: more, missing: [], command }] })[0];
    expect(only(failed)).toEqual({
      check: 'service',
      level: 'problem',
      says: 'The service lab failed: it ended with code 2',
      todo: 'See its log: sudo samebox service logs -e lab',
    });
    expect(only({ ...failed, advice: ['Mend it', 'Start it'] })).toMatchObject({ todo: 'Mend it. Start it' });
  });

  test('that is stopped, on its way, or unknown is told of as that; one that waits for its first client is well', () => {
    const levels = (['stopped', 'starting', 'stopping', 'unknown', 'waiting'] as const).map(
      (state) => check({ state })[0]?.level,
    );
    expect(levels).toEqual(['warning', 'note', 'note', 'note', 'ok']);
  });

  test('that runs while its daemon does not answer is a problem', () => {
    expect(check({}, { answers: false })[0]).toMatchObject({
      level: 'problem',
      says: expect.stringContaining('does not answer'),
    });
    expect(check({}, { answers: true })[0]).toMatchObject({ level: 'ok' });
  });

  test('that does not start at boot, or only with a login, is a warning', () => {
    expect(check({ enabled: false })).toEqual([
      {
        check: 'service',
        level: 'warning',
        says: 'The service lab runs (pid 7), and does not start at boot',
        todo: 'Have it start at boot: sudo samebox service install -e lab',
      },
    ]);
    expect(check({ scope: 'user' }, { lingers: false })[1]).toMatchObject({
      level: 'warning',
      todo: expect.stringContaining('loginctl enable-linger ann'),
    });
    expect(check({ scope: 'user' }, { lingers: true })).toHaveLength(1);
  });
});

describe('without a service', () => {
  test('it is noted how to have one', () => {
    expect(checkServices({ title: 'systemd', user: 'ann', services: [] })).toEqual([
      expect.objectContaining({ level: 'note', todo: expect.stringContaining('samebox service install') }),
    ]);
  });

  test('on a system that has none that samebox knows, nothing is said', () => {
    expect(checkServices({ user: 'ann', services: [] })).toEqual([]);
  });

  test('since the manager cannot be asked, that is noted', () => {
    expect(checkServices({ title: 'systemd', user: 'ann', services: [], unasked: 'no bus' })).toEqual([
      expect.objectContaining({ level: 'note', says: "systemd can't be asked: no bus" }),
    ]);
  });
});
