// `samebox service` as a process: dry runs, refusals, and what it says; nothing of this machine is changed.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OS } from '../../../src/os';
import { World, type Ended } from './run-samebox';

const world = new World();
afterAll(() => world.close());

const BOX = `import { defineBox } from 'samebox/daemon';
console.log('a config may print');
export default defineBox({ name: 'bench', drainTimeout: 20_000, targets: { it: { twice(n) { return 2 * n; } } } });`;
const config = join(world.folder, 'samebox.config.mjs');
writeFileSync(config, BOX);
// A user without rights reads it, as the service would.
chmodSync(world.folder, 0o755);

const home = join(world.folder, 'home');
mkdirSync(home);
const env = { HOME: home, XDG_CONFIG_HOME: join(home, '.config') };
const service = (...args: string[]): Promise<Ended> => world.run(['service', ...args], { env });

const onLinux = OS === 'linux' ? describe : describe.skip;

onLinux('samebox service', () => {
  test('--dry-run prints each file with its path and text, then the commands, and does nothing', async () => {
    const { code, stdout, stderr } = await service('install', '--system', '--dry-run', config);
    expect([code, stderr]).toEqual([0, '']);
    const files = [...stdout.matchAll(/^# (\/.*)$/gm)].map(([, path]) => path);
    expect(files).toEqual([
      '/etc/systemd/system/samebox@bench.socket',
      '/etc/systemd/system/samebox@bench.service',
    ]);
    expect(stdout).toMatch(
      /^ExecStart=\S+ \S+samebox\.js serve \S+samebox\.config\.mjs -e bench --log-format json$/m,
    );
    expect(stdout).toMatch(/^TimeoutStopSec=29$/m);
    expect(stdout).toMatch(/^# run: systemctl enable samebox@bench.socket samebox@bench.service$/m);
    expect(stdout).not.toMatch(/a config may print/);
    expect(existsSync('/etc/systemd/system/samebox@bench.service')).toBe(false);
  });

  test('a user may see the same of his own service; -e names it otherwise, and the folder has the config', async () => {
    const { code, stdout } = await service('install', '--user', '--dry-run', '-e', 'desk');
    expect(code).toBe(0);
    expect(stdout).toContain(`# ${home}/.config/systemd/user/samebox@desk.service\n`);
    expect(stdout).toMatch(/^# run: .*systemctl --user enable samebox@desk.socket samebox@desk.service$/m);
    expect(existsSync(join(home, '.config'))).toBe(false);
  });

  test('a dry run tells what would hinder, and goes on; as JSON it is the plan', async () => {
    const { stdout } = await service('install', '--system', '--dry-run', config);
    expect(stdout).toMatch(/^# problem: The config lies among temporary files/m);
    const plan = JSON.parse((await service('install', '--system', '--dry-run', '--json', config)).stdout);
    expect(plan.steps.map(({ kind }: { kind: string }) => kind)).toEqual([
      'write',
      'write',
      'run',
      'run',
      'run',
    ]);
  });

  test('what would not work is refused before anything is written, with what to do', async () => {
    // As root the installation is refused for its config; as another user for want of rights.
    const { code, stderr } = await service('install', '--system', config);
    if (process.getuid?.() === 0) {
      expect(code).toBe(2);
      expect(stderr).toMatch(/bench can't be a service of the machine like this:/);
      expect(stderr).toMatch(/sudo mkdir -p \/etc\/samebox\/bench/);
      expect(stderr).toMatch(/samebox service install --user/);
    } else {
      expect(code).toBe(1);
      expect(stderr).toMatch(/Use: sudo .*service install --system .*samebox\.config\.mjs/);
    }
    expect(existsSync('/etc/systemd/system/samebox@bench.service')).toBe(false);
  });

  test('a mistake in the config is told with its place', async () => {
    const wrong = join(world.folder, 'wrong.mjs');
    writeFileSync(wrong, 'export default 1 +;');
    const { code, stderr } = await service('install', '--user', '--dry-run', wrong);
    expect(code).toBe(2);
    expect(stderr).toMatch(/wrong\.mjs:1:19/);
  });

  test('what is not installed has no status, and uninstalling it is done already', async () => {
    const missing = await service('status', '-e', 'nothing-here');
    expect([missing.code, missing.stdout]).toEqual([2, '']);
    expect(missing.stderr).toMatch(/nothing-here is not installed as a service/);
    const removed = await service('uninstall', '--user', '-e', 'nothing-here');
    expect([removed.code, removed.stderr]).toEqual([0, '']);
    expect(removed.stdout).toMatch(/nothing had to be done/);
  });

  test('--user and --system at once are refused', async () => {
    const { code, stderr } = await service('status', '--user', '--system');
    expect([code, stderr]).toEqual([2, 'error: It is either --user or --system.\n']);
  });
});
