// The commands as processes, against one demo daemon.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '../../../src/limits';
import { IS_WINDOWS } from '../../../src/os';
import { endpointIn } from '../../support/places';
import { World, type Running } from './run-samebox';

const posix = IS_WINDOWS ? test.skip : test; // A process of Windows can't send another one Ctrl-C.

const world = new World();
let daemon: Running;

beforeAll(async () => {
  daemon = world.start(['serve', '--demo']);
  await daemon.printed(/Ctrl-C ends it/);
});
afterAll(() => world.close());

describe('the command line', () => {
  test('calls a method and prints what it gives', async () => {
    const { code, stdout, stderr } = await world.run(['call', 'pm', 'readVoltage', '20']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(Number(stdout)).toBeCloseTo(0.25, 1);
  });

  test('names an argument, prints JSON, and tells what the method said of a bad one', async () => {
    const [good, bad] = await Promise.all([
      world.run(['call', 'pm', 'readVoltage', 'samples=2', '--json']),
      world.run(['call', 'pm', 'readVoltage', 'samples=0']),
    ]);
    expect(typeof JSON.parse(good.stdout)).toBe('number');
    expect(bad).toMatchObject({ code: 1, stdout: '' });
    expect(bad.stderr).toMatch(/^error: pm\.readVoltage: RangeError: samples must be/);
  });

  test('lists targets and shows what one can do', async () => {
    const [list, json, methods] = await Promise.all([
      world.run(['list']),
      world.run(['list', '--json', '--all']),
      world.run(['methods', 'pm', 'readVoltage']),
    ]);
    expect(list.stdout).toMatch(/^TARGET .*\npm +ready +SimulatedPowerMeter/);
    const names = (JSON.parse(json.stdout) as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['pm', 'stage', 'cam', '$daemon']));
    expect(methods.stdout).toContain(
      'readVoltage(samples: number = 1): number  (idempotent, deadline 2 min)',
    );
    expect(methods.stdout).toContain('Mean of `samples` photodiode readings');
  });

  test('sets properties as one call and reads them again', async () => {
    expect(await world.run(['set', 'cam', 'exposure', '5', 'gain', '2'])).toMatchObject({
      code: 0,
      stdout: '',
    });
    expect((await world.run(['get', 'cam', 'exposure'])).stdout).toBe('5\n');
    expect((await world.run(['get', 'cam', 'gain'])).stdout).toBe('2\n');
  });

  test('suggests what a misspelt target, method or command should have been', async () => {
    const [target, method, command] = await Promise.all([
      world.run(['call', 'pn', 'readVoltage']),
      world.run(['call', 'pm', 'readVoltag']),
      world.run(['lst']),
    ]);
    expect(target).toMatchObject({ code: 2 });
    expect(target.stderr).toContain('Did you mean "pm"?');
    expect(method).toMatchObject({ code: 2 });
    expect(method.stderr).toContain('Did you mean "readVoltage"?');
    expect(command).toMatchObject({ code: 2 });
    expect(command.stderr).toMatch(/Did you mean .*list/);
  });

  test('watches a stream for so many items, and a property again and again', async () => {
    const [stream, property] = await Promise.all([
      world.run(['watch', 'pm', 'readings', '10', '--count', '3', '--json']),
      world.run(['watch', 'stage', 'position', '--interval', '10', '-n', '2']),
    ]);
    expect(stream.stdout.trim().split('\n').map(Number)).toHaveLength(3);
    expect(property.stdout.trim().split('\n')).toHaveLength(2);
    const method = await world.run(['watch', 'stage', 'moveTo', '3']);
    expect(method).toMatchObject({ code: 2 });
    expect(method.stderr).toContain('gives one value, no stream');
  });

  test('ends quietly when its reader goes away', async () => {
    const watch = world.start(['watch', 'pm', 'readings', '10']);
    await watch.printed(/\d\n/);
    watch.child.stdout?.destroy();
    expect(await watch.ended).toMatchObject({ code: 0, stderr: '' });
  });

  posix('Ctrl-C cancels the call in the daemon: the stage comes to rest', async () => {
    const move = world.start(['call', 'stage', 'moveTo', '45']);
    const moving = world.start(['watch', 'stage', 'moving', '--interval', '20', '--json']);
    await moving.printed(/true/);
    move.kill('SIGINT');
    expect(await move.ended).toMatchObject({ code: 130, stdout: '' });
    expect(move.stderr).toMatch(/^cancelled: stage\.moveTo /);
    await moving.printed(/true[^]*false/);
    moving.kill('SIGINT');
    expect(await moving.ended).toMatchObject({ code: 130, stderr: '' });
    expect(Number((await world.run(['get', 'stage', 'position'])).stdout)).toBeLessThan(44);
  });

  test('a deadline that passes has an exit code of its own', async () => {
    const late = await world.run(['call', 'pm', 'readVoltage', '500', '--timeout', '60']);
    expect(late.code).toBe(4);
    expect(late.stderr).toContain('The call ran, at least in part.');
  });

  test('a daemon that is not there has one too, and the error says where it was looked for', async () => {
    const { code, stderr } = await world.run(['-e', 'nowhere', 'list']);
    expect(code).toBe(3);
    expect(stderr).toContain(endpointIn(world.folder, 'nowhere'));
    expect(stderr).toContain('samebox serve');
  });

  test('SAMEBOX_ENDPOINT says which daemon; -e is stronger', async () => {
    const env = { SAMEBOX_ENDPOINT: 'nowhere' };
    expect(await world.run(['list'], { env })).toMatchObject({ code: 3 });
    expect(await world.run(['list', '-e', 'demo'], { env })).toMatchObject({ code: 0 });
  });

  test('--plot without a terminal prints the values, and says so where a person may look', async () => {
    const plot = ['watch', 'pm', 'readings', '10', '--plot', '-n', '2'];
    const [plain, json] = await Promise.all([world.run(plot), world.run([...plot, '--json'])]);
    expect(plain).toMatchObject({ code: 0, stderr: '--plot needs a terminal: the values are printed.\n' });
    expect(plain.stdout.trim().split('\n')).toHaveLength(2);
    expect(json).toMatchObject({ code: 0, stderr: '' });
  });

  test('a frame is saved for NumPy or as a picture, and what was written is told', async () => {
    const [npy, png] = await Promise.all([
      world.run(['call', 'cam', 'snap', '--save', 'frame.npy']),
      world.run(['call', 'cam', 'snap', '--save', 'frame.png', '--json']),
    ]);
    expect(npy).toMatchObject({ code: 0, stderr: '', stdout: 'frame.npy: 1024x1024 uint16, 2.0 MiB\n' });
    expect(statSync(join(world.folder, 'frame.npy')).size).toBe(128 + 2 ** 21);
    expect(JSON.parse(png.stdout)).toMatchObject({ file: 'frame.png', dtype: 'uint16', shape: [1024, 1024] });
    expect(readFileSync(join(world.folder, 'frame.png')).toString('latin1', 1, 4)).toBe('PNG');
  });

  test('--save refuses a bad name before anything is called, and what is no array after', async () => {
    const [name, value, property, stream] = await Promise.all([
      world.run(['call', 'stage', 'moveTo', '40', '--save', 'x.tif']),
      world.run(['call', 'pm', 'readVoltage', '--save', 'x.npy']),
      world.run(['get', 'pm', 'identity', '--save', 'x.npy']),
      world.run(['call', 'cam', 'frames', '--save', 'x.npy']),
    ]);
    expect(name).toMatchObject({ code: 2, stdout: '' });
    expect(name.stderr).toContain('.npy (for NumPy) or .png (a picture), not "x.tif"');
    expect((await world.run(['get', 'stage', 'moving'])).stdout).toBe('false\n');
    expect(value).toMatchObject({ code: 1, stdout: '' });
    expect(value.stderr).toBe(
      'error: pm.readVoltage gives a number, and --save needs an array of numbers.\n',
    );
    expect(property.stderr).toContain('pm.identity gives a string');
    expect(stream.stderr).toContain('samebox watch cam frames --save frame-%d.npy');
    expect(existsSync(join(world.folder, 'x.npy'))).toBe(false);
  });

  test('the items of a stream are saved one by one', async () => {
    const watch = ['watch', 'cam', 'frames', '50', '--save', 'f-%02d.npy', '--count', '3'];
    const { code, stdout } = await world.run(watch);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^f-00\.npy: .*\nf-01\.npy: .*\nf-02\.npy: 1024x1024 uint16, 2\.0 MiB\n$/);
    const one = await world.run(['watch', 'cam', 'frames', '--save', 'f.npy']);
    expect(one).toMatchObject({ code: 2, stdout: '' });
    expect(one.stderr).toContain('--save needs %d in the name');
  });

  test('status tells who is connected and what runs', async () => {
    const [page, json] = await Promise.all([world.run(['status']), world.run(['status', '--json'])]);
    expect(page.stdout).toMatch(/^demo {2}running/);
    expect(page.stdout).toContain('samebox status');
    const status = JSON.parse(json.stdout) as { pid: number; targets: { name: string }[] };
    expect(status.pid).toBe(daemon.child.pid);
  });

  test('status --limits tells every limit and how much of it is in use', async () => {
    const [page, json] = await Promise.all([
      world.run(['status', '--limits']),
      world.run(['status', '--limits', '--json']),
    ]);
    expect(page.stdout).toMatch(/^ +LIMIT +AT MOST +IN USE +BY$/m);
    expect(page.stdout).toMatch(/^ +keptBytes +8\.0 MiB +.*\n +bytes of the answers kept of one session/m);
    expect(page.stdout).toMatch(/^ +callsInFlight +4096 +1 +session \d+ \(.*, pid \d+\)$/m);
    const limits = JSON.parse(json.stdout) as { name: string }[];
    expect(limits.map(({ name }) => name).sort()).toEqual(Object.keys(DEFAULT_LIMITS).sort());
  });

  test('the log is printed for people and for programs', async () => {
    const [page, json] = await Promise.all([world.run(['logs']), world.run(['logs', '-n', '1', '--json'])]);
    expect(page.stdout).toMatch(/\d\d:\d\d:\d\d INFO {2}Listening at/);
    expect(JSON.parse(json.stdout)).toMatchObject({ level: expect.any(Number), msg: expect.any(String) });
  });

  test('the prompt awaits promises, prints streams, and goes on after an error', async () => {
    const input = [
      'pm.identity',
      'const v = await pm.readVoltage(2)',
      'typeof v',
      'pm.nope()',
      'lab.call("pm", "readVoltage", [2]).then(() => "called")',
      'nonsense',
      'stage',
    ].join('\n');
    const { code, stdout } = await world.run(['repl'], { input });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /'samebox,Simulated power meter.*'\n'number'\nerror: pm has no method.*\n'called'\nUncaught ReferenceError: nonsense.*\nstage: SimulatedStage/,
    );
  });

  test('__complete is silent where there is no daemon', async () => {
    const [here, nowhere] = await Promise.all([
      world.run(['__complete', 'call', 'pm', 'readV']),
      world.run(['__complete', '-e', 'nowhere', 'call', '']),
    ]);
    expect(here.stdout).toBe('readVoltage\tMean of `samples` photodiode readings, in volts.\n');
    expect(nowhere).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  });

  test('a command loads neither the daemon nor what other commands need', async () => {
    const preload = join(world.folder, 'print-loaded.cjs');
    writeFileSync(preload, 'process.on("exit", () => console.log(Object.keys(require.cache).join("\\n")));');
    const env = { NODE_OPTIONS: `--require "${preload.replaceAll('\\', '/')}"` };
    const { stdout } = await world.run(['call', 'pm', 'readVoltage'], { env });
    const loaded = stdout.split('\n').slice(1).filter(Boolean);
    expect(loaded.length).toBeGreaterThan(20);
    expect(
      loaded.filter((file) =>
        /dist.daemon|pino|serialport|cli.repl|cli.plot|cli.picture|pngjs|completion/.test(file),
      ),
    ).toEqual([]);
  });

  test('help tells of values and exit codes', async () => {
    const [values, codes] = await Promise.all([
      world.run(['help', 'values']),
      world.run(['help', 'exit-codes']),
    ]);
    expect(values.stdout).toContain('"dtype": "uint16"');
    expect(codes.stdout).toMatch(/^ +4 {2}The deadline passed/m);
  });

  test('stop ends the daemon and returns when it has ended; a followed log ends with it', async () => {
    const logs = world.start(['logs', '-f']);
    await logs.printed(/Listening at/);
    const { code, stdout } = await world.run(['stop']);
    expect(code).toBe(0);
    expect(stdout).toBe(`demo (pid ${daemon.child.pid}) has ended.\n`);
    expect(await daemon.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await logs.ended).toMatchObject({ code: 0, stderr: 'The daemon has ended.\n' });
    expect((await world.run(['list'])).stderr).toContain('No daemon of this user is running');
  });
});
