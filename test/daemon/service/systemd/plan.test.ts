// Installing and removing a box with systemd, as plans: first time, again, changed, and away.
import type { Plan } from '../../../../daemon/service/plan';
import { dirname } from 'node:path/posix';
import { planInstall, rememberedGroup } from '../../../../daemon/service/systemd/plan-install';
import {
  planRestart,
  planStart,
  planStop,
  planUninstall,
} from '../../../../daemon/service/systemd/plan-uninstall';
import { boxToInstall, installFacts, unitFacts } from './fixtures';

const SERVICE = '/etc/systemd/system/samebox@lab.service';
const SOCKET = '/etc/systemd/system/samebox@lab.socket';
const RULE = '/etc/udev/rules.d/60-samebox-lab.rules';
const WAKE = '/etc/systemd/system/samebox-wake-lab@.service';

/** Each step in one line. */
function brief({ steps }: Plan): string[] {
  return steps.map((step) => {
    if (step.kind === 'write' || step.kind === 'remove') return `${step.kind} ${step.path}`;
    return step.kind === 'run' ? step.command.join(' ') : step.says;
  });
}

/** What is there once a plan was carried out. */
function after({ steps }: Plan, before: ReadonlyMap<string, string> = new Map()): Map<string, string> {
  const files = new Map(before);
  for (const step of steps) {
    if (step.kind === 'write') files.set(step.path, step.text);
    else if (step.kind === 'remove') files.delete(step.path);
  }
  return files;
}

const running = { active: { service: true, socket: true }, enabled: true };

describe('installing', () => {
  test('writes both units, has them read, enabled and started', () => {
    expect(brief(planInstall(boxToInstall(), installFacts()))).toEqual([
      `write ${SOCKET}`,
      `write ${SERVICE}`,
      'systemctl daemon-reload',
      'systemctl enable samebox@lab.socket samebox@lab.service',
      'systemctl start samebox@lab.socket samebox@lab.service',
    ]);
  });

  test('again does nothing, and says so', () => {
    const existing = after(planInstall(boxToInstall(), installFacts()));
    const again = planInstall(boxToInstall(), installFacts({ existing, ...running }));
    expect(again.steps).toEqual([]);
    expect(again.unchanged).toEqual([SOCKET, SERVICE]);
    expect(again.done[0]).toMatch(/nothing had to be done/);
  });

  test('again with another config rewrites the one unit that differs, and starts the box anew', () => {
    const existing = after(planInstall(boxToInstall(), installFacts()));
    const units = unitFacts({ config: '/srv/lab/samebox.config.ts' });
    const changed = planInstall(
      boxToInstall({ config: units.config }),
      installFacts({ units, existing, ...running }),
    );
    expect(brief(changed)).toEqual([
      `write ${SERVICE}`,
      'systemctl daemon-reload',
      'systemctl restart samebox@lab.socket samebox@lab.service',
    ]);
    expect(changed.unchanged).toEqual([SOCKET]);
  });

  test('with --no-start what runs is left alone, and the person is told', () => {
    const box = boxToInstall({
      settings: { group: undefined, account: undefined, udev: false, start: false },
    });
    const existing = new Map([[SERVICE, 'of an older version']]);
    const plan = planInstall(box, installFacts({ existing, ...running }));
    expect(brief(plan).filter((line) => /start/.test(line))).toEqual([]);
    expect(plan.done[0]).toMatch(/until samebox service restart/);
  });

  test('never touches the file with variables', () => {
    for (const scope of ['user', 'system'] as const) {
      const units = unitFacts({ scope });
      const plan = planInstall(boxToInstall({ scope }), installFacts({ units }));
      expect(brief(plan).filter((line) => /\.env/.test(line))).toEqual([]);
    }
  });

  test('the group that --group named is remembered for the next time', () => {
    const box = boxToInstall({ settings: { group: 'optics', account: undefined, udev: false, start: true } });
    const files = after(planInstall(box, installFacts({ units: unitFacts({ socketGroup: 'optics' }) })));
    expect(rememberedGroup(files.get(SERVICE) ?? '')).toBe('optics');
    expect(
      rememberedGroup(after(planInstall(boxToInstall(), installFacts())).get(SERVICE) ?? ''),
    ).toBeUndefined();
  });

  test('--udev adds the rule and what it wants; without it both go', () => {
    const udev = boxToInstall({
      settings: { group: undefined, account: undefined, udev: true, start: true },
    });
    const first = planInstall(udev, installFacts());
    expect(brief(first)).toEqual(
      expect.arrayContaining([`write ${WAKE}`, `write ${RULE}`, 'udevadm control --reload']),
    );
    const existing = after(first);
    const none = planInstall(boxToInstall(), installFacts({ existing, ...running }));
    expect(brief(none)).toEqual([
      `remove ${WAKE}`,
      `remove ${RULE}`,
      'systemctl daemon-reload',
      'udevadm control --reload',
    ]);
  });
});

describe("a user's own service", () => {
  const units = unitFacts({ scope: 'user' });
  const box = boxToInstall({ scope: 'user' });

  test('is installed in his home, and lingers so that it starts at boot', () => {
    const plan = planInstall(box, installFacts({ units }));
    expect(brief(plan)).toEqual([
      'write /home/ada/.config/systemd/user/samebox@lab.socket',
      'write /home/ada/.config/systemd/user/samebox@lab.service',
      'loginctl enable-linger ada',
      'systemctl --user daemon-reload',
      'systemctl --user enable samebox@lab.socket samebox@lab.service',
      'systemctl --user start samebox@lab.socket samebox@lab.service',
    ]);
    const linger = plan.steps.find((step) => step.kind === 'run' && step.command[0] === 'loginctl');
    expect(linger).toMatchObject({ otherwise: expect.stringContaining('sudo loginctl enable-linger ada') });
  });

  test('takes lingering back with the last box, if the installation switched it on', () => {
    const { paths } = units;
    const existing = after(planInstall(box, installFacts({ units })));
    const again = after(
      planInstall(box, installFacts({ units, existing, lingers: true, ...running })),
      existing,
    );
    expect(again).toEqual(existing);
    const facts = { paths, existing, kept: [], user: 'ada' };
    expect(brief(planUninstall(box, { ...facts, last: true })).slice(-2)).toEqual([
      'rmdir --ignore-fail-on-non-empty /run/user/1000/samebox /home/ada/.config/systemd/user /home/ada/.config/systemd',
      'loginctl disable-linger ada',
    ]);
    expect(brief(planUninstall(box, { ...facts, last: false }))).not.toContain('loginctl disable-linger ada');
    const lingered = after(planInstall(box, installFacts({ units, lingers: true })));
    expect(brief(planUninstall(box, { ...facts, existing: lingered, last: true }))).not.toContain(
      'loginctl disable-linger ada',
    );
  });
});

describe('uninstalling', () => {
  const { paths } = unitFacts();
  const facts = { paths, kept: [], last: true, user: 'ada' };

  test('stops, disables and removes all that was installed', () => {
    const udev = boxToInstall({
      settings: { group: undefined, account: undefined, udev: true, start: true },
    });
    const existing = after(planInstall(udev, installFacts()));
    const plan = planUninstall(udev, { ...facts, existing });
    expect(after(plan, existing)).toEqual(new Map());
    expect(brief(plan).slice(0, 2)).toEqual([
      'systemctl stop samebox@lab.socket samebox@lab.service',
      'systemctl disable samebox@lab.socket samebox@lab.service',
    ]);
    expect(brief(plan).slice(-4)).toEqual([
      'systemctl daemon-reload',
      'systemctl reset-failed samebox@lab.socket samebox@lab.service',
      'udevadm control --reload',
      'rmdir --ignore-fail-on-non-empty /run/samebox',
    ]);
  });

  test('takes the folders of a user’s units along, if nothing else is in them', () => {
    const { paths } = unitFacts({ scope: 'user' });
    const existing = new Map([[paths.service, '']]);
    const plan = planUninstall(boxToInstall({ scope: 'user' }), { ...facts, paths, existing });
    const units = dirname(paths.service);
    const folders = [dirname(paths.listen), units, dirname(units)].join(' ');
    expect(brief(plan).at(-1)).toBe(`rmdir --ignore-fail-on-non-empty ${folders}`);
  });

  test('says what stays: what the person has written', () => {
    const kept = ['/etc/samebox/lab/samebox.config.ts', '/etc/samebox/lab.env'];
    const { done } = planUninstall(boxToInstall(), { ...facts, existing: new Map([[SERVICE, '']]), kept });
    expect(done.join('\n')).toMatch(
      /stays:\n {2}\/etc\/samebox\/lab\/samebox.config.ts\n {2}\/etc\/samebox\/lab.env/,
    );
  });

  test('again does nothing', () => {
    expect(planUninstall(boxToInstall(), { ...facts, existing: new Map() }).steps).toEqual([]);
  });
});

test('starting and stopping mean socket and service; one that was given up is tried again', () => {
  const place = { scope: 'system', name: 'lab' } as const;
  expect(brief(planStart(place))).toEqual([
    'systemctl reset-failed samebox@lab.socket samebox@lab.service',
    'systemctl start samebox@lab.socket samebox@lab.service',
  ]);
  expect(brief(planStop(place))).toEqual(['systemctl stop samebox@lab.socket samebox@lab.service']);
  expect(brief(planRestart(place))[1]).toBe('systemctl restart samebox@lab.service');
});
