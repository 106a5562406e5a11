// `samebox doctor`, on a machine of its own making: daemons that run, hang, died, or never were.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findingLines, verdict } from '../../../client/cli/doctor-page';
import { COLOURED, PLAIN } from '../../../client/cli/paint';
import { textWidth } from '../../../client/cli/text-width';
import type { Check, Finding } from '../../../src/doctor-request';
import { IS_WINDOWS, OS } from '../../../src/os';
import { World, type Ended, type RunOptions } from './run-samebox';

const onPosix = IS_WINDOWS ? test.skip : test;
const onLinux = OS === 'linux' ? test : test.skip;

const BOX = `import { defineBox } from 'samebox/daemon';
export default defineBox({ name: 'lab', targets: {
  good: { twice: (n) => 2 * n },
  bad: () => { throw new Error('There is no port /dev/ttyUSB9. Is it plugged in?'); },
} });`;

let world: World;
beforeEach(() => (world = new World()));
afterEach(() => world.close());

interface Report {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

async function examined(
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<Report & Pick<Ended, 'code'>> {
  // What this machine's ports are is no matter of these tests; its home is not looked at.
  const env = { XDG_CACHE_HOME: join(world.folder, 'cache'), ...options.env };
  const { code, stdout, stderr } = await world.run(['doctor', '--json', ...args], { ...options, env });
  expect(stderr).toBe('');
  return { code, ...(JSON.parse(stdout) as Report) };
}

const of = ({ findings }: Report, check: Check): Finding[] => findings.filter((one) => one.check === check);

async function served(source = BOX): Promise<ReturnType<World['start']>> {
  writeFileSync(join(world.folder, 'samebox.config.mjs'), source);
  const daemon = world.start(['serve', '--log-format', 'json']);
  await daemon.printed(/Listening at/);
  return daemon;
}

describe('samebox doctor', () => {
  test('without a daemon says what to start, and fails nothing', async () => {
    const report = await examined();
    expect(report).toMatchObject({ code: 0, ok: true });
    expect(of(report, 'node')[0]).toMatchObject({ level: 'ok' });
    expect(of(report, 'daemon')).toEqual([
      expect.objectContaining({ level: 'note', says: 'No daemon of this user runs' }),
    ]);
    expect(of(report, 'directory')[0]?.says).toContain('SAMEBOX_RUNTIME_DIR is set');
  });

  test('changes nothing: no cache, no socket, no lock is made', async () => {
    await examined();
    expect(readdirSync(world.folder)).toEqual([]);
  });

  test('tells of a daemon, of its targets that failed, and of its config', async () => {
    const daemon = await served();
    await world.run(['call', 'bad', 'x']);
    const report = await examined();
    expect(report).toMatchObject({ code: 1, ok: false });
    expect(of(report, 'daemon')).toEqual([
      expect.objectContaining({ level: 'ok', says: expect.stringContaining(`pid ${daemon.child.pid}`) }),
    ]);
    expect(of(report, 'target')).toEqual([
      {
        check: 'target',
        level: 'problem',
        says: 'bad of lab could not be opened: There is no port /dev/ttyUSB9',
        todo: 'Is it plugged in?',
      },
      { check: 'target', level: 'ok', says: 'good of lab is ready' },
    ]);
    expect(of(report, 'config')).toEqual([
      expect.objectContaining({
        level: 'ok',
        says: expect.stringContaining('samebox.config.mjs loads: box lab, good and bad'),
      }),
    ]);
  });

  test('sees that a config has changed since its daemon was started', async () => {
    await served();
    writeFileSync(join(world.folder, 'samebox.config.mjs'), BOX.replace('good:', 'better:'));
    expect(of(await examined(), 'config')[1]).toMatchObject({
      level: 'warning',
      says: expect.stringMatching(/better of .* is not there; good is not in/),
    });
  });

  test.each([
    ['that does not parse', 'export default }', /samebox\.config\.mjs:1:16/],
    ['that throws', 'throw new Error("no lab today");', /no lab today/],
    ['that ends the process', 'process.exit(0);', /ended before it was loaded/],
    [
      'whose secret is not there',
      BOX.replace("name: 'lab',", "name: 'lab', secret: { file: '/nowhere' },"),
      /There is no secret file/,
    ],
  ])('names the place in a config %s', async (_, source, says) => {
    writeFileSync(join(world.folder, 'samebox.config.mjs'), source);
    const report = await examined();
    expect(report.code).toBe(1);
    expect(of(report, 'config').at(-1)).toMatchObject({
      level: 'problem',
      says: expect.stringMatching(says),
    });
  });

  test('says that a config which was named is not there', async () => {
    const report = await examined(['elsewhere.ts']);
    expect(of(report, 'config')[0]).toMatchObject({
      level: 'problem',
      says: expect.stringContaining('There is no config'),
    });
  });

  test('without native code says what is lost, and does all the rest', async () => {
    await served();
    const report = await examined([], { env: { SAMEBOX_NATIVE: 'off' } });
    expect(of(report, 'native')).toEqual([
      expect.objectContaining({
        level: 'warning',
        says: expect.stringContaining('SAMEBOX_NATIVE=off is set'),
      }),
    ]);
    expect(of(report, 'daemon')[0]).toMatchObject({ level: 'ok' });
    expect(of(report, 'shared-memory')[0]).toMatchObject({
      level: 'note',
      says: expect.stringContaining('native unavailable'),
    });
  });

  onPosix('tells a socket that a killed daemon left behind from one that is in use', async () => {
    const daemon = await served();
    daemon.kill('SIGKILL');
    await daemon.ended;
    const report = await examined();
    expect(report.code).toBe(0);
    expect(of(report, 'lock')).toEqual([
      expect.objectContaining({ level: 'note', says: expect.stringContaining('lab.sock was left behind') }),
    ]);
  });

  onLinux('sees a daemon whose socket somebody has removed, by its lock', async () => {
    const daemon = await served();
    unlinkSync(join(world.folder, 'lab.sock'));
    const report = await examined();
    expect(report.code).toBe(1);
    expect(of(report, 'lock')[0]?.says).toContain(`lab runs (pid ${daemon.child.pid}), but its socket`);
  });

  onLinux('does not wait for a daemon that was stopped, and says how to let it go on', async () => {
    const daemon = await served();
    daemon.kill('SIGSTOP');
    const report = await examined();
    daemon.kill('SIGCONT');
    expect(report.code).toBe(1);
    expect(of(report, 'daemon')[0]).toMatchObject({
      level: 'problem',
      todo: `Let it go on: kill -CONT ${daemon.child.pid}`,
    });
  });

  onPosix('does not wait for something that listens and says nothing', async () => {
    const server = createServer(() => undefined).listen(join(world.folder, 'mute.sock'));
    const report = await examined();
    server.close();
    expect(of(report, 'daemon')[0]).toMatchObject({
      level: 'problem',
      says: expect.stringContaining('mute does not answer'),
    });
  });

  test('with -e looks at that endpoint only, and its absence is a problem', async () => {
    await served();
    expect(await examined(['-e', 'lab'])).toMatchObject({ code: 1 }); // `bad` is opened at the start.
    const report = await examined(['-e', 'nobody']);
    expect(of(report, 'daemon')).toEqual([
      expect.objectContaining({
        level: 'problem',
        says: expect.stringContaining('No daemon answers at nobody'),
      }),
    ]);
    const named = await examined([], { env: { SAMEBOX_ENDPOINT: 'nobody' } });
    expect(of(named, 'daemon').map(({ level }) => level)).toEqual(['note', 'problem', 'ok']);
    expect(of(await examined(['-e', 'a b']), 'daemon')[0]).toMatchObject({
      level: 'problem',
      says: expect.stringContaining("can't name an endpoint"),
    });
  });

  onPosix(
    'refuses a runtime directory that others can write to, and one that is a link, as clients do',
    async () => {
      chmodSync(world.folder, 0o777);
      const open = await examined();
      expect(of(open, 'directory').at(-1)).toMatchObject({
        level: 'problem',
        todo: expect.stringContaining('chmod 700'),
      });
      chmodSync(world.folder, 0o700);
      const apart = mkdtempSync(join(tmpdir(), 'sbx-'));
      symlinkSync(world.folder, join(apart, 'link'));
      const linked = await examined([], { env: { SAMEBOX_RUNTIME_DIR: join(apart, 'link') } });
      rmSync(apart, { recursive: true });
      expect(of(linked, 'directory').at(-1)).toMatchObject({
        level: 'problem',
        says: expect.stringContaining('is a link'),
      });
    },
  );

  onPosix('works where there is no home and nothing can be written', async () => {
    const nowhere = '/dev/null/nowhere';
    const env = {
      HOME: nowhere,
      XDG_CACHE_HOME: nowhere,
      XDG_RUNTIME_DIR: nowhere,
      SAMEBOX_RUNTIME_DIR: nowhere,
    };
    const report = await examined([], { env });
    expect(report.code).toBe(1);
    expect(of(report, 'cache')[0]).toMatchObject({ level: 'warning' });
    expect(of(report, 'directory').at(-1)).toMatchObject({ level: 'problem' });
  });

  test('is a list for people, which -q cuts to what is not well', async () => {
    mkdirSync(join(world.folder, 'cache'));
    const whole = await world.run(['doctor', '-e', 'nobody'], {
      env: { XDG_CACHE_HOME: join(world.folder, 'cache') },
    });
    expect(whole.stdout).toMatch(/^✓ node {11}Node /);
    expect(whole.stdout).toMatch(/✗ daemon {9}No daemon answers at nobody.*\n {17}→ Start it: samebox serve/);
    expect(whole.stdout).toMatch(/1 problem.*\.\n$/);
    const short = await world.run(['doctor', '-q', '-e', 'nobody']);
    expect(short.code).toBe(1);
    expect(short.stdout).not.toContain('✓');
    expect(short.stdout).toContain('✗ daemon');
  });
});

describe('the page of the doctor', () => {
  const found: Finding = {
    check: 'shared-memory',
    level: 'warning',
    says: 'Large arrays go through files in /dev/shm/samebox-7, of which there is little',
    todo: 'Give the container more: docker run --shm-size=1g, or something else that is long.',
  };

  test('has a mark, a name, a fact, and beneath it what to do, within the width of the terminal', () => {
    const lines = findingLines(found, { paint: PLAIN, width: 60 });
    expect(lines).toEqual([
      '! shared memory  Large arrays go through files in',
      '                 /dev/shm/samebox-7, of which there is',
      '                 little',
      '                 → Give the container more: docker run',
      '                   --shm-size=1g, or something else that is',
      '                   long.',
    ]);
    expect(
      Math.max(...findingLines(found, { paint: COLOURED, width: 60 }).map(textWidth)),
    ).toBeLessThanOrEqual(60);
  });

  test('names a check once', () => {
    expect(
      findingLines({ check: 'target', level: 'ok', says: 'x' }, { paint: PLAIN, width: 60 }, false),
    ).toEqual(['✓                x']);
  });

  test('ends with what there is to do', () => {
    const level = (one: Finding['level']): Finding => ({ ...found, level: one });
    expect(verdict([level('ok'), level('note')], PLAIN)).toBe('All is well.');
    expect(verdict([level('warning'), level('problem'), level('problem')], PLAIN)).toBe(
      '2 problems, 1 warning.',
    );
  });
});
