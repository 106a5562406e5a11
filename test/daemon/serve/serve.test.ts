// `samebox serve` as a process.
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IS_WINDOWS } from '../../../src/os';
import { World, type Running } from '../../client/cli/run-samebox';

const world = new World();
afterAll(() => world.close());

const BOX = `
import { defineBox } from 'samebox/daemon';
class Counter {
  #n: number = 0;
  /** Adds. */
  add(by: number = 1): number {
    if (by > 5) throw new RangeError('too much');
    return (this.#n += by);
  }
  hang(): Promise<void> { return new Promise(() => {}); }
}
export default defineBox({
  name: 'lab',
  drainTimeout: 60_000,
  targets: { counter: () => new Counter(), bad: () => { throw new Error('no such port'); } },
});
`;

function folderWith(name: string, file: string, text: string): string {
  const folder = join(realpathSync(world.folder), name);
  mkdirSync(folder);
  writeFileSync(join(folder, file), text);
  return folder;
}

async function end(daemon: Running, name: string): Promise<void> {
  if (IS_WINDOWS) expect(await world.run(['-e', name, 'stop'])).toMatchObject({ code: 0 });
  else daemon.kill('SIGINT');
  expect(await daemon.ended).toMatchObject({ code: 0 });
}

describe('samebox serve', () => {
  test('serves the config of the folder it stands in, logs JSON, and names places in the config itself', async () => {
    const cwd = folderWith('box', 'samebox.config.ts', BOX);
    const daemon = world.start(['serve'], { cwd });
    await daemon.printed(/Listening at[^]*bad could not be opened/);
    expect((await world.run(['call', 'counter', 'add', '2'])).stdout).toBe('2\n');

    const failed = await world.run(['call', 'counter', 'add', '9', '-v']);
    expect(failed.stderr).toContain(
      `caused by: RangeError: too much\n    at Counter.add (${join(cwd, 'samebox.config.ts')}:7:`,
    );
    const list = await world.run(['list']);
    expect(list.stdout).toMatch(/bad +failed +no such port/);
    expect((await world.run(['call', 'bad', 'x'])).code).toBe(1);

    const again = await world.run(['serve'], { cwd });
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain(`"lab" is already running, pid ${daemon.child.pid}`);

    if (IS_WINDOWS) return end(daemon, 'lab'); // It has no signals for other processes.
    daemon.kill('SIGHUP');
    await daemon.printed(/The terminal was closed; the daemon goes on/);
    const hanging = world.start(['call', 'counter', 'hang']);
    // In order means that a running call gets its time: only the second signal ends it at once.
    const watch = world.start(['status', '--watch', '--json']);
    await watch.printed(/"running":\["hang/);
    watch.kill('SIGTERM');
    expect(await watch.ended).toMatchObject({ code: 143 });
    daemon.kill('SIGTERM');
    await daemon.printed(/Shutting down/);
    const refused = await world.run(['call', 'counter', 'add']);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('shutting down');
    daemon.kill('SIGTERM');
    expect(await daemon.ended).toMatchObject({ code: 143 });
    expect(await hanging.ended).toMatchObject({ code: 5 });
    for (const line of daemon.stdout.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
  });

  test('`samebox reload` says what has come of it: nothing changed, targets ready and gone, a config that can’t be read', async () => {
    const cwd = folderWith('reload', 'samebox.config.ts', BOX.replace("'lab'", "'again'"));
    const daemon = world.start(['serve'], { cwd });
    await daemon.printed(/Listening at[^]*bad could not be opened/);
    const reload = (...more: string[]) => world.run(['-e', 'again', 'reload', ...more]);
    expect(await reload()).toMatchObject({ code: 0, stdout: 'The config of again has not changed.\n' });

    const next = BOX.replace("'lab'", "'again'")
      .replace(/, bad:.*\}/, ' }')
      .replace('by > 5', 'by > 50');
    writeFileSync(join(cwd, 'samebox.config.ts'), next);
    const { code, stdout } = await reload();
    expect(stdout).toBe('again has read its config again.\n  ready:  counter\n  gone:   bad\n');
    expect(code).toBe(0);
    expect((await world.run(['-e', 'again', 'call', 'counter', 'add', '9'])).stdout).toBe('9\n');

    writeFileSync(join(cwd, 'samebox.config.ts'), 'export default {');
    const broken = await reload();
    expect(broken.stderr).toContain('samebox.config.ts:1');
    expect(broken.code).toBe(2);
    expect((await world.run(['-e', 'again', 'call', 'counter', 'add', '9'])).stdout).toBe('18\n');
    daemon.kill('SIGTERM');
    await daemon.ended;
  });

  test('a syntax error in the config names file, line and column', async () => {
    const cwd = folderWith('syntax', 'bad.config.ts', 'export default {\n  a: : 1,\n};\n');
    const { code, stderr } = await world.run(['serve', 'bad.config.ts'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: .*bad\.config\.ts:2:6: .*\n {2} {2}a: : 1,\n/);
  });

  test('a type error is a warning in the log of a daemon that serves', async () => {
    const cwd = folderWith(
      'types',
      'samebox.config.ts',
      `${BOX.replace("'lab'", "'types'")}\nexport const x: string = 5;\n`,
    );
    const early = world.start(['-e', 'types', '--wait', '20', 'call', 'counter', 'add']);
    const daemon = world.start(['serve', '--log-format', 'json'], { cwd });
    expect(await early.ended).toMatchObject({ code: 0, stdout: '1\n' });
    await daemon.printed(/samebox\.config\.ts:\d+:14: Type 'number' is not assignable to type 'string'/);
    // Whoever read the log is gone: the daemon goes on.
    daemon.child.stdout?.destroy();
    expect((await world.run(['call', 'bad', 'x'])).code).toBe(1);
    expect((await world.run(['call', 'counter', 'add'])).stdout).toBe('2\n');
    await end(daemon, 'types');
  });

  test('a config that is not there is told', async () => {
    const { code, stderr } = await world.run(['serve', 'nope.config.ts']);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no config');
  });
});
