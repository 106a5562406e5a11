// What is loaded, and when: nothing that isn't used. Packages by name, and a bound on the files.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IS_WINDOWS } from '../../src/os';
import { World } from '../client/cli/run-samebox';

const PRELOAD = join(__dirname, 'print-loaded.cjs');
const DIST = join(__dirname, '..', '..', 'dist');

/** Files that only Windows needs. */
const MORE = IS_WINDOWS ? 10 : 0;

/** The log, and what it brings. */
const PINO = [
  '@pinojs/redact',
  'atomic-sleep',
  'on-exit-leak-free',
  'pino',
  'pino-std-serializers',
  'quick-format-unescaped',
  'safe-stable-stringify',
  'sonic-boom',
  'thread-stream',
];

interface Loaded {
  readonly packages: readonly string[];
  /** Files of samebox. */
  readonly own: number;
  readonly files: readonly string[];
}

const world = new World();
afterAll(() => world.close());

const told = (name: string): string => join(world.folder, `${name}.json`);
const loadedBy = (name: string): Loaded => JSON.parse(readFileSync(told(name), 'utf8')) as Loaded;
const tellingAs = (name: string): Record<string, string> => ({
  NODE_OPTIONS: `--require ${PRELOAD}`,
  SAMEBOX_TEST_LOADED: told(name),
});

const BOX = `import { defineBox } from 'samebox/daemon';
export default defineBox({ name: 'plain', targets: { it: { twice(n) { return 2 * n; } } } });`;

/** Once loaded by Node, once from what that has kept. */
describe.each(['the first time', 'from kept code'])('the command line, %s', (how) => {
  const cache = join(world.folder, 'cache');

  test('a daemon without serial instruments loads the log and native code, no serial port and no parser', async () => {
    expect(existsSync(cache)).toBe(how === 'from kept code');
    writeFileSync(join(world.folder, 'samebox.config.mjs'), BOX);
    const env = { XDG_CACHE_HOME: cache };
    const daemon = world.start(['serve', '--log-format', 'json'], { env: { ...env, ...tellingAs('serve') } });
    await daemon.printed(/Listening at/);
    const called = await world.run(['call', 'it', 'twice', '21'], { env: { ...env, ...tellingAs('call') } });
    expect(called).toMatchObject({ code: 0, stdout: '42\n', stderr: '' });
    await world.run(['stop'], { env });
    await daemon.ended;
    const { packages, own, files } = loadedBy('serve');
    expect(packages).toEqual([...PINO, 'commander', 'koffi'].sort());
    expect(own).toBeLessThan(260);
    expect(files.filter((file) => /instruments|simulated|demo-box|pretty/.test(file))).toEqual([]);
  });

  test('a call loads the parser of its command line and native code, and nothing of the daemon', () => {
    const { packages, own, files } = loadedBy('call');
    expect(packages).toEqual(['commander', 'koffi']);
    expect(own).toBeLessThan(180 + MORE);
    const others = /dist.daemon|cli.(repl|plot|picture|completion)|save-array/;
    expect(files.filter((file) => others.test(file))).toEqual([]);
  });
});

test('looking at services loads the parser of the command line, and nothing of the daemon that runs', async () => {
  const { code } = await world.run(['service', 'status', '-e', 'nothing-here'], {
    env: tellingAs('service'),
  });
  expect(code).toBe(2);
  const { packages, own, files } = loadedBy('service');
  // The user of a pipe is asked for through native code.
  expect(packages).toEqual(IS_WINDOWS ? ['commander', 'koffi'] : ['commander']);
  expect(own).toBeLessThan(100 + MORE);
  expect(
    files.filter((file) => /dist.daemon.(?!service|config.find-config|serve.program-command)/.test(file)),
  ).toEqual([]);
});

test('the demo loads ports in memory, but no drivers of real ones', async () => {
  const daemon = world.start(['serve', '--demo', '--log-format', 'json'], { env: tellingAs('demo') });
  await daemon.printed(/Listening at/);
  await world.run(['-e', 'demo', 'call', 'pm', 'readVoltage']);
  await world.run(['-e', 'demo', 'stop']);
  await daemon.ended;
  const ports = loadedBy('demo').packages.filter((name) => name.includes('serialport'));
  expect(ports).toEqual(['@serialport/binding-mock', '@serialport/stream']);
});

test.each([
  ['client', 'samebox', 160],
  ['daemon', 'samebox/daemon', 220],
  ['daemon/instruments', 'samebox/instruments', 140],
])('dist/%s, which is %s, loads no package at all until something is used', (entry, _, most) => {
  const script = `require(${JSON.stringify(join(DIST, entry))})`;
  execFileSync(process.execPath, ['-e', script], { env: { ...process.env, ...tellingAs('entry') } });
  const { packages, own } = loadedBy('entry');
  expect(packages).toEqual([]);
  expect(own).toBeGreaterThan(20);
  expect(own).toBeLessThan(most + MORE);
});
