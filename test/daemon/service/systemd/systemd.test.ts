// The manager for systemd on a machine that is a folder: files are real, and so is systemctl where it is installed.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { perform } from '../../../../daemon/service/perform';
import type { Plan } from '../../../../daemon/service/plan';
import type { Host } from '../../../../daemon/service/systemd/host';
import { Systemd } from '../../../../daemon/service/systemd/systemd';
import { boxToInstall } from './fixtures';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sbx-root-'));
  mkdirSync(join(root, 'run/systemd/system'), { recursive: true });
  mkdirSync(join(root, 'run/user/1000/bus'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const PROGRAMS = { node: process.execPath, script: __filename, config: __filename };

function host(more: Partial<Host> = {}): Host {
  return {
    uid: 0,
    user: 'ada',
    behindSudo: undefined,
    root,
    configHome: '/home/ada/.config',
    runtime: '/run/user/1000',
    userEnv: {},
    ask: async () => undefined,
    groupId: (name) => ({ dialout: 20, optics: 2000, 'domain users': 10_513 })[name],
    ...more,
  };
}

const audience = { done: () => undefined, note: () => undefined, line: () => undefined };

/** What the plan says of files, done; what it would have systemd do is left out. */
function filesOnly(plan: Plan): Plan {
  return { ...plan, steps: plan.steps.filter(({ kind }) => kind !== 'run') };
}

/** Every file below a folder. */
function tree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.path, entry.name).slice(root.length))
    .sort();
}

describe.each(['system', 'user'] as const)('a service of the %s', (scope) => {
  const box = boxToInstall({ ...PROGRAMS, scope });
  const units = scope === 'system' ? '/etc/systemd/system' : '/home/ada/.config/systemd/user';

  test('is found once it is installed, with its config, and gone once it is removed', async () => {
    const systemd = new Systemd(host());
    expect(await systemd.installed(scope)).toEqual([]);
    await perform(filesOnly(await systemd.install(box)), audience, root);
    expect(tree(root)).toEqual([`${units}/samebox@lab.service`, `${units}/samebox@lab.socket`]);
    expect(await systemd.installed(scope)).toEqual([{ scope, name: 'lab' }]);
    expect(await systemd.status(box)).toMatchObject({ installed: true, enabled: false, config: box.config });
    await perform(filesOnly(await systemd.uninstall(box)), audience, root);
    expect(tree(root)).toEqual([]);
    expect(await systemd.status(box)).toMatchObject({ installed: false });
    expect((await systemd.uninstall(box)).steps).toEqual([]);
  });

  test('installed again, and again, writes nothing', async () => {
    const systemd = new Systemd(host());
    await perform(filesOnly(await systemd.install(box)), audience, root);
    const before = tree(root).map((file) => readFileSync(root + file, 'utf8'));
    const again = await systemd.install(box);
    expect(again.steps.filter(({ kind }) => kind === 'write')).toEqual([]);
    expect(again.unchanged).toHaveLength(2);
    await perform(filesOnly(again), audience, root);
    expect(tree(root).map((file) => readFileSync(root + file, 'utf8'))).toEqual(before);
  });

  test('several boxes live beside each other', async () => {
    const systemd = new Systemd(host());
    await perform(filesOnly(await systemd.install(box)), audience, root);
    const optics = { ...box, name: 'optics' };
    await perform(filesOnly(await systemd.install(optics)), audience, root);
    expect((await systemd.installed(scope)).map(({ name }) => name)).toEqual(['lab', 'optics']);
    await perform(filesOnly(await systemd.uninstall(box)), audience, root);
    expect(tree(root)).toEqual([`${units}/samebox@optics.service`, `${units}/samebox@optics.socket`]);
  });
});

describe('the group of the socket', () => {
  const socketGroup = (): string | undefined =>
    /^SocketGroup=(.*)$/m.exec(
      readFileSync(join(root, 'etc/systemd/system/samebox@lab.socket'), 'utf8'),
    )?.[1];
  const install = async (
    box: Parameters<typeof boxToInstall>[0],
    more: Partial<Host> = {},
  ): Promise<Plan> => {
    const plan = await new Systemd(host(more)).install(boxToInstall({ ...PROGRAMS, ...box }));
    await perform(filesOnly(plan), audience, root);
    return plan;
  };
  const named = (group: string) => ({
    settings: { group, account: undefined, udev: undefined, start: true },
  });

  test('is the one of serial lines, unless the config or --group says otherwise', async () => {
    await install({});
    expect(socketGroup()).toBe('dialout');
    await install({ group: 'optics' });
    expect(socketGroup()).toBe('optics');
    await install({ group: 'optics', ...named('dialout') });
    expect(socketGroup()).toBe('dialout');
  });

  test('that --group named is kept by the next installation, and so is --udev', async () => {
    await install({ settings: { group: 'optics', account: undefined, udev: true, start: true } });
    const again = await new Systemd(host()).install(
      boxToInstall({
        ...PROGRAMS,
        settings: { group: undefined, account: undefined, udev: undefined, start: true },
      }),
    );
    expect(again.steps.filter(({ kind }) => kind !== 'run')).toEqual([]);
    expect(again.unchanged).toHaveLength(4);
  });

  test('must be one that the machine has', async () => {
    const { problems } = await install(named('nobody-here'));
    expect(problems?.map(({ what }) => what)).toContain('This machine has no group nobody-here.');
  });

  test('is written by its number if its name has blanks', async () => {
    await install(named('domain users'));
    expect(socketGroup()).toBe('10513');
    await install(named('4711'));
    expect(socketGroup()).toBe('4711');
  });

  test('may be missing: then only root may connect, and is told', async () => {
    const { warnings } = await install({}, { groupId: () => undefined });
    expect(socketGroup()).toBeUndefined();
    expect(warnings?.join('\n')).toMatch(/Only root may connect/);
  });
});

test('what hinders is told: no systemd, a program out of reach', async () => {
  rmSync(join(root, 'run'), { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'sbx-config-'));
  const config = join(folder, 'samebox.config.mjs');
  writeFileSync(config, '');
  const { problems = [] } = await new Systemd(host()).install(boxToInstall({ ...PROGRAMS, config }));
  rmSync(folder, { recursive: true });
  const said = problems.map(({ what }) => what).join('\n');
  expect(said).toMatch(/systemd does not run on this machine/);
  expect(said).toMatch(/The config lies among temporary files/);
});

test('a daemon that was started by hand is in the way of installing and of starting', async () => {
  const socket = join(root, 'run/samebox/lab.sock');
  mkdirSync(join(root, 'run/samebox'));
  const server = createServer().listen(socket);
  await once(server, 'listening');
  const systemd = new Systemd(host());
  const box = boxToInstall(PROGRAMS);
  for (const plan of [await systemd.install(box), await systemd.start(box)])
    expect(plan.problems?.map(({ what }) => what).join()).toMatch(
      /started by hand answers at \/run\/samebox\/lab.sock/,
    );
  server.close();
  await once(server, 'close');
  expect((await systemd.start(box)).problems).toEqual([]);
});

test('udev and groups go with the service of the machine only, and sudo not with --user', async () => {
  const udev = boxToInstall({
    ...PROGRAMS,
    scope: 'user',
    settings: { group: undefined, account: undefined, udev: true, start: true },
  });
  await expect(new Systemd(host()).install(udev)).rejects.toThrow(/--udev goes with --system/);
  const own = boxToInstall({ ...PROGRAMS, scope: 'user' });
  await expect(new Systemd(host({ behindSudo: 'ada' })).install(own)).rejects.toThrow(/Leave sudo away/);
});

test('only root manages services of the machine; others are told how', () => {
  expect(new Systemd(host({ uid: 1000 })).missingRights('user')).toBeUndefined();
  expect(new Systemd(host()).missingRights('system')).toBeUndefined();
  expect(new Systemd(host({ uid: 1000 })).missingRights('system')?.how('samebox service stop')).toBe(
    'sudo samebox service stop',
  );
});

test('without a login, systemctl is told where the manager of the user is', async () => {
  const systemd = new Systemd(host({ userEnv: { XDG_RUNTIME_DIR: '/run/user/1000' } }));
  const { steps } = await systemd.stop({ scope: 'user', name: 'lab' });
  expect(steps).toMatchObject([{ env: { XDG_RUNTIME_DIR: '/run/user/1000' } }]);
});

const systemctl = spawnSync('systemctl', ['--version']).status === 0;
if (!systemctl) console.warn('Skipped: systemctl is not installed here, so enabling is not tried.');

(systemctl ? test : test.skip)(
  'systemctl enables and disables what was written, and nothing is left',
  async () => {
    const systemd = new Systemd(host());
    const box = boxToInstall(PROGRAMS);
    const run = async (plan: Plan): Promise<void> => {
      for (const step of plan.steps) {
        if (step.kind !== 'run') await perform({ steps: [step], done: [] }, audience, root);
        else if (step.command[0] === 'systemctl' && /^(en|dis)able$/.test(step.command[1] ?? '')) {
          const done = spawnSync('systemctl', ['--root', root, ...step.command.slice(1)], {
            encoding: 'utf8',
          });
          expect([done.status, done.stderr]).toEqual([0, expect.any(String)]);
        }
      }
    };
    await run(await systemd.install(box));
    expect(await systemd.status(box)).toMatchObject({ enabled: true });
    expect(existsSync(join(root, 'etc/systemd/system/multi-user.target.wants'))).toBe(true);
    expect((await systemd.install(box)).steps).toEqual([
      expect.objectContaining({
        command: ['systemctl', 'start', 'samebox@lab.socket', 'samebox@lab.service'],
      }),
    ]);
    await run(await systemd.uninstall(box));
    expect(tree(root)).toEqual([]);
  },
);
