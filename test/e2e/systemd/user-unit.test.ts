// A user's own service under a real systemd, at boot and without a login: its life, and what is left of it.
import { BootedSystem } from './booted-system';
import { BoxService } from './box-service';
import { difference, fileTree, NONE } from './file-tree';
import { withSystemd } from './requirements';
import { serviceLife } from './service-life';
import { until } from './until';

const ALICE = { name: 'alice', uid: 41001 };
const FOLDER = '/home/alice/my bench';

jest.setTimeout(120_000);

withSystemd('a user’s own service', () => {
  let system: BootedSystem;
  let lab: BoxService;
  let before: string[];

  beforeAll(async () => {
    system = await BootedSystem.boot([ALICE]);
    lab = new BoxService(system, ALICE);
    await system.output(['loginctl', 'enable-linger', 'alice']);
    await until('her systemd answers', async () => {
      const { stdout } = await system.run(['systemctl', '--user', 'is-system-running'], { as: ALICE });
      return stdout.trim() === 'running';
    });
    lab.writeConfig(FOLDER);
    await system.output(['mkdir', '/home/alice/.config'], { as: ALICE });
    before = await fileTree(system);
  });
  afterAll(() => (system as BootedSystem | undefined)?.end());

  test('an install needs no rights, and starts it', async () => {
    await lab.samebox('service', 'install', FOLDER);
    expect(JSON.parse(await lab.samebox('service', 'status', '--json'))).toMatchObject({
      name: 'lab',
      scope: 'user',
      state: 'running',
      enabled: true,
    });
    const { code, stdout, stderr } = await system.run(['systemd-analyze', '--user', 'verify', lab.unit], {
      as: ALICE,
    });
    expect([code, stdout, stderr]).toEqual([0, '', '']);
  });

  test('it starts with the machine, without a login', async () => {
    await lab.samebox('service', 'stop');
    await system.output(['systemctl', 'restart', `user@${String(ALICE.uid)}.service`]);
    await lab.reaches('ActiveState', 'active');
  });

  serviceLife(
    () => lab,
    FOLDER,
    () => lab.connect(),
  );

  test('an uninstall leaves nothing behind', async () => {
    expect(difference(before, await fileTree(system)).come).not.toEqual([]);
    await lab.settings();
    await lab.samebox('service', 'uninstall');
    expect(difference(before, await fileTree(system))).toEqual(NONE);
  });

  test('when the machine goes down, running calls end first', async () => {
    await lab.samebox('service', 'install', FOLDER);
    const client = await lab.connect();
    const running = client.call('stage', 'settle', 700);
    await client.runs('stage');
    const down = system.powerOff();
    expect(await running).toBe(1);
    await client.end(); // A process that systemd hasn't started would make it wait for 10 s.
    await down;
  });
});
