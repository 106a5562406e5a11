// The machine's service under a real systemd: its life, how it is confined, who may use it, and what is left of it.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { BootedSystem } from './booted-system';
import { BoxService } from './box-service';
import { difference, fileTree, NONE } from './file-tree';
import { InsideMeter } from './inside-meter';
import { withSystemd } from './requirements';
import { serviceLife } from './service-life';

const [ALICE, BOB] = [
  { name: 'alice', uid: 41001 },
  { name: 'bob', uid: 41002 },
];
const OPTICS = 42001;
const FOLDER = '/srv/optical bench';

jest.setTimeout(120_000);

withSystemd('the machine’s service', () => {
  let system: BootedSystem;
  let lab: BoxService;
  let before: string[];

  beforeAll(async () => {
    system = await BootedSystem.boot([ALICE, BOB]);
    appendFileSync(system.path('/etc/group'), `optics:x:${String(OPTICS)}:alice\n`);
    // A number that no adapter has, and one that no instrument has; their modes would let anybody open them.
    await system.output(['mknod', '--mode=666', '/dev/ttyUSB0', 'c', '188', '255']);
    await system.output(['mknod', '--mode=666', '/dev/kernel-log', 'c', '1', '11']);
    lab = new BoxService(system);
    lab.writeConfig(FOLDER);
    before = await fileTree(system);
  });
  afterAll(() => (system as BootedSystem | undefined)?.end());

  const install = ['service', 'install', '--system', FOLDER, '--group', 'optics'];

  test('a dry run changes nothing', async () => {
    expect(await lab.samebox(...install, '--dry-run')).toContain(
      '# /etc/systemd/system/samebox@lab.service\n',
    );
    expect(difference(before, await fileTree(system))).toEqual(NONE);
  });

  test('an install that could not work is refused, and the person told what to do', async () => {
    lab.writeConfig('/root/bench');
    const hidden = await lab.trySamebox(['service', 'install', '--system', '/root/bench']);
    expect([hidden.code, hidden.stderr]).toEqual([
      2,
      expect.stringMatching(/lies in a home.*\n.*sudo mkdir/),
    ]);
    const alice = await lab.trySamebox(['service', 'install', '--system', FOLDER], { as: ALICE });
    expect([alice.code, alice.stderr]).toEqual([
      expect.any(Number),
      expect.stringContaining(
        `sudo /opt/node/bin/node /opt/samebox/dist/bin/samebox.js service install --system '${FOLDER}'`,
      ),
    ]);
    await system.output(['rm', '-r', '/root/bench']);
    expect(difference(before, await fileTree(system))).toEqual(NONE);
  });

  test('an install starts it, also from a path with spaces', async () => {
    await lab.samebox(...install);
    expect(await lab.property('ActiveState')).toBe('active');
    expect(JSON.parse(await lab.samebox('service', 'status', '--json'))).toMatchObject({
      name: 'lab',
      scope: 'system',
      state: 'running',
      enabled: true,
      config: `${FOLDER}/samebox.config.mjs`,
    });
    const after = await fileTree(system);
    expect(await lab.samebox(...install)).toContain('nothing had to be done');
    expect(difference(after, await fileTree(system))).toEqual(NONE);
  });

  test('systemd finds no fault in its units, and the service well confined', async () => {
    const { code, stdout, stderr } = await system.run(['systemd-analyze', 'verify', lab.unit]);
    expect([code, stdout, stderr]).toEqual([0, '', '']);
    const judged = await system.output(['systemd-analyze', 'security', '--offline=true', lab.unit]);
    const level = /Overall exposure level for \S+: (\d+\.\d)/.exec(judged)?.[1];
    expect(Number(level)).toBeLessThanOrEqual(0.7);
  });

  test('it starts with the machine, before anybody connects', async () => {
    await lab.samebox('service', 'stop');
    await lab.systemctl('isolate', 'multi-user.target');
    await lab.reaches('ActiveState', 'active');
  });

  serviceLife(
    () => lab,
    FOLDER,
    () => lab.connect(ALICE),
  );

  test('who calls is known by the kernel’s word; others than root and the group may not connect', async () => {
    const alice = await lab.connect(ALICE);
    const { sessions } = JSON.parse(await lab.samebox('status', '--json'));
    expect(sessions).toContainEqual(
      expect.objectContaining({
        user: 'alice',
        uid: ALICE.uid,
        gid: ALICE.uid,
        pid: await alice.tell('pid'),
      }),
    );
    await alice.end();
    const bob = await lab.trySamebox(['-e', 'lab', 'status'], { as: BOB });
    expect([bob.code, bob.stderr]).toEqual([3, expect.stringMatching(/EACCES: this user may not connect/)]);
  });

  test('it runs as a user of its own without any rights', async () => {
    const root = await lab.connect();
    const status = (await root.call('probe', 'status')) as Record<string, string>;
    expect(status).toMatchObject({ CapEff: '0000000000000000', NoNewPrivs: '1', Seccomp: '2' });
    expect(status['Uid']).not.toMatch(/^0\b/);
    expect(await root.call('probe', 'write', FOLDER)).toBe('EROFS');
    expect(await root.call('probe', 'write', '/tmp')).toBe('written');
    await root.end();
    expect((await system.run(['ls', '/tmp/written'])).code).toBe(2); // It was a /tmp of its own.
  });

  test('it reaches serial lines; other devices and the internet are refused', async () => {
    const root = await lab.connect();
    // Allowed: the kernel looks for the device, and finds none of that number.
    expect(await root.call('probe', 'open', '/dev/ttyUSB0')).toBe('ENXIO');
    expect(await root.call('probe', 'open', '/dev/kernel-log')).toBe('EPERM');
    expect(await root.call('probe', 'reach', 9, '127.0.0.1')).toBe('EAFNOSUPPORT');
    expect(await root.call('probe', 'reach', 9, '::1')).toBe('EAFNOSUPPORT');
    await root.end();
  });

  test('a second box lives beside it, with an instrument on a serial line that its file of variables names', async () => {
    const meter = await InsideMeter.start(system, '/dev/ttyMETER');
    const optics = new BoxService(system, undefined, 'optics');
    optics.writeConfig('/srv/optics', (text) =>
      text
        .replace("name: 'lab'", "name: 'optics'")
        .replace('targets: {', 'targets: { meter: () => SerialInstrument.open({ path: process.env.METER }),'),
    );
    mkdirSync(system.path('/etc/samebox'));
    writeFileSync(system.path('/etc/samebox/optics.env'), 'METER=/dev/ttyMETER\n');
    await optics.samebox('service', 'install', '--system', '/srv/optics');
    expect(await optics.samebox('-e', 'optics', 'call', 'meter', 'query', '*IDN?')).toContain('SAMEBOX');
    expect(JSON.parse(await optics.samebox('service', 'status', '--json'))).toMatchObject([
      { name: 'lab', state: 'running' },
      { name: 'optics', state: 'running' },
    ]);
    expect(await optics.samebox('service', 'uninstall', '-e', 'optics')).toContain('/etc/samebox/optics.env');
    await system.output(['rm', '-r', '/srv/optics', '/etc/samebox']);
    expect(await lab.property('ActiveState')).toBe('active');
    await meter.end();
    await system.output(['rm', '/dev/ttyMETER']);
  });

  test('an uninstall leaves nothing behind', async () => {
    expect(difference(before, await fileTree(system)).come).not.toEqual([]);
    await lab.settings();
    await lab.samebox('service', 'uninstall');
    expect(difference(before, await fileTree(system))).toEqual(NONE);
    expect((await system.run(['systemctl', 'list-units', '--all', '--plain', 'samebox*'])).stdout).toMatch(
      /^0 loaded units/m,
    );
  });
});
