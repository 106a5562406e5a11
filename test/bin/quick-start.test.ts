// What the program keeps of itself in the user's cache, and when it does without.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { IS_WINDOWS } from '../../src/os';
import { World } from '../client/cli/run-samebox';

const posix = IS_WINDOWS ? test.skip : test; // Windows has no modes.

let world: World;
let cache: string;
beforeEach(() => {
  world = new World();
  cache = join(world.folder, 'samebox');
});
afterEach(() => world.close());

const env = (): Record<string, string> => ({ XDG_CACHE_HOME: world.folder });
const kept = (): string[] =>
  existsSync(cache) ? readdirSync(cache).filter((name) => name.startsWith('start-')) : [];

/** Any command will do: this one finds no daemon. */
async function run(more: Readonly<Record<string, string>> = {}): Promise<void> {
  const { code, stderr } = await world.run(['-e', 'nowhere', 'list'], { env: { ...env(), ...more } });
  expect(stderr).toMatch(/^error: No daemon answers at nowhere/);
  expect(code).toBe(3);
}

test('a command keeps what it has compiled, and the next one has nothing to add', async () => {
  await run();
  const [name = ''] = kept();
  expect(name).toMatch(/^start-client-[0-9a-f]{16}$/);
  const before = statSync(join(cache, name));
  if (!IS_WINDOWS) expect(before.mode & 0o777).toBe(0o600);
  await run();
  expect(statSync(join(cache, name)).ino).toBe(before.ino);
  expect(kept()).toEqual([name]);
});

test('a daemon keeps it soon after its start, since it may be killed', async () => {
  mkdirSync(cache, { mode: 0o700 });
  const written = new Promise<void>((resolve) => {
    const watcher = watch(cache, () => {
      if (!kept().some((name) => /^start-daemon-[0-9a-f]{16}$/.test(name))) return;
      watcher.close();
      resolve();
    });
  });
  const daemon = world.start(['serve', '--demo'], { env: env() });
  await written;
  daemon.kill('SIGKILL');
  await daemon.ended;
  expect(kept()).toHaveLength(1);
});

test.each([
  ['a damaged file', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
  ['a file of somebody else', () => Buffer.from('hello')],
])('%s is replaced', async (_, damage) => {
  await run();
  const file = join(cache, kept()[0] ?? '');
  const whole = readFileSync(file);
  writeFileSync(file, damage(whole));
  await run();
  await run();
  expect(kept()).toHaveLength(1);
  expect(statSync(file).size).toBeGreaterThan(whole.length / 2);
});

posix('a cache that others may write to is not used', async () => {
  mkdirSync(cache);
  chmodSync(cache, 0o777);
  await run();
  expect(kept()).toEqual([]);
});

test('where there is no place for a cache, or none is wanted, all goes on without', async () => {
  await run({ SAMEBOX_START_CACHE: 'off' });
  expect(kept()).toEqual([]);
  writeFileSync(join(world.folder, 'file'), '');
  await run({ XDG_CACHE_HOME: join(world.folder, 'file') });
});
