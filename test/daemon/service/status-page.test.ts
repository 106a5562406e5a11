// How a service stands, as people see it.
import { PLAIN } from '../../../client/cli/paint';
import type { ServiceStatus } from '../../../daemon/service/service-manager';
import { statusPage } from '../../../daemon/service/status-page';

const now = Date.UTC(2026, 10, 28, 12, 0, 0);
const page = (status: Partial<ServiceStatus>): string[] =>
  statusPage(
    { scope: 'system', name: 'lab', installed: true, enabled: true, state: 'running', ...status },
    { paint: PLAIN, now, manager: 'systemd' },
  );

test('one that runs: what it is, and how long', () => {
  const since = new Date(now - 3 * 3600_000);
  const lines = page({
    pid: 812,
    unit: 'samebox@lab.service',
    config: '/etc/samebox/lab/samebox.config.ts',
    since,
    detail: '3 targets',
  });
  expect(lines.slice(0, 4)).toEqual([
    'lab running: 3 targets',
    "  the machine's service, run by systemd",
    '  unit     samebox@lab.service',
    '  pid      812',
  ]);
  expect(lines[4]).toMatch(/^ {2}since {4}2026-11-28 .* \(3 h\)$/);
  expect(lines.slice(5)).toEqual(['  config   /etc/samebox/lab/samebox.config.ts', '  at boot  starts']);
});

test('one that failed: why, and what to do', () => {
  const lines = page({
    state: 'failed',
    detail: 'it crashed',
    enabled: false,
    advice: ['See why: samebox service logs'],
  });
  expect(lines[0]).toBe('lab failed: it crashed');
  expect(lines).toContain('  at boot  does not start');
  expect(lines.at(-1)).toBe('  → See why: samebox service logs');
});

test.each([
  [5000, '5 s'],
  [10 * 60_000, '10 min'],
  [72 * 3600_000, '3 days'],
])('%d ms ago are %s', (milliseconds, words) => {
  expect(page({ since: new Date(now - milliseconds) }).join()).toContain(`(${words})`);
});

test('one that is not installed has nothing else to say', () => {
  expect(page({ installed: false, scope: 'user' })).toEqual(['lab is not installed as your own service.']);
});
