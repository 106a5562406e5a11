import { serviceFacts } from '../../../../daemon/doctor/facts/services';
import type { ServiceManager, ServicePlace, ServiceStatus } from '../../../../daemon/service/service-manager';

const place: ServicePlace = { scope: 'system', name: 'lab' };
const status: ServiceStatus = { ...place, installed: true, enabled: true, state: 'running', pid: 7 };
const none = async (): Promise<never> => {
  throw new Error('nothing is planned here');
};

/** A manager that has one box of the machine. */
function manager(found: Partial<ServiceStatus>, more: Partial<ServiceManager> = {}): ServiceManager {
  return {
    title: 'systemd',
    installed: async (scope) => (scope === 'system' ? [place] : []),
    status: async () => ({ ...status, ...found }),
    install: none,
    uninstall: none,
    start: none,
    stop: none,
    restart: none,
    logs: none,
    ...more,
  };
}

describe('installed services', () => {
  const answering = new Map([[7, false]]);

  test('are asked for their files, which may be gone, and for their daemon, which may not answer', async () => {
    const lost = manager({ node: '/nowhere/node', script: __filename, config: '/nowhere/lab.ts' });
    const { title, services } = await serviceFacts(lost, { user: 'ann', answering });
    expect(title).toBe('systemd');
    expect(services).toMatchObject([
      { status: { name: 'lab' }, missing: ['node', 'config'], answers: false },
    ]);
    expect(services[0]).not.toHaveProperty('lingers');
  });

  test('are managed by commands that this user may run', async () => {
    const [own] = (await serviceFacts(manager({}), { user: 'ann', answering })).services;
    expect(own?.command('restart')).toBe('samebox service restart -e lab');
    const rights = { why: 'x', how: (command: string) => `sudo ${command}` };
    const roots = manager({}, { missingRights: () => rights });
    const [theirs] = (await serviceFacts(roots, { user: 'ann', answering })).services;
    expect(theirs?.command('logs')).toBe('sudo samebox service logs -e lab');
  });

  test('that cannot be asked for, or not in time, are not waited for', async () => {
    const broken = manager({}, { status: async () => Promise.reject(new Error('no bus')) });
    expect(await serviceFacts(broken, { user: 'ann', answering })).toMatchObject({
      services: [],
      unasked: 'no bus',
    });
    const hanging = manager({}, { installed: () => new Promise(() => undefined) });
    expect(await serviceFacts(hanging, { user: 'ann', answering }, 10)).toMatchObject({
      unasked: expect.stringContaining('has not answered for 0.01 s'),
    });
  });

  test('are none where there is no manager', async () => {
    expect(await serviceFacts(undefined, { user: 'ann', answering })).toEqual({ user: 'ann', services: [] });
  });
});
