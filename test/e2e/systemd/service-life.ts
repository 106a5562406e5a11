// The life of a service, from its start to its end: the same for the machine's and for a user's own.
import type { BoxService } from './box-service';
import type { InsideClient } from './inside-client';
import { until } from './until';

/**
 * Tests of a service that is installed and runs.
 * @param folder where its config lies.
 * @param clientOf connects who may.
 */
export function serviceLife(
  service: () => BoxService,
  folder: string,
  clientOf: () => Promise<InsideClient>,
): void {
  let client: InsideClient;
  const startsAgainAtOnce = 'RestartSec=100ms';

  test('a box is started by the first who connects, and who connects meanwhile waits', async () => {
    const box = service();
    await box.settings(startsAgainAtOnce);
    await box.systemctl('stop', box.unit);
    expect(await box.property('ActiveState')).toBe('inactive');
    expect(await box.samebox('call', 'stage', 'settle', '1')).toBe('1\n');
    await box.systemctl('stop', box.unit);
    client = await clientOf();
    expect(await client.call('stage', 'settle', 1)).toBe(1);
    expect(await box.property('ActiveState')).toBe('active');
    expect(await box.property('StatusText')).toMatch(/^2 targets ready/);
  });

  test('a reload takes up a changed config, and drops nobody: not even a call that runs', async () => {
    const box = service();
    const pid = await box.property('MainPID');
    const running = client.call('stage', 'settle', 500);
    box.writeConfig(folder, (text) => text.replace('targets: {', 'targets: { added: new Probe(),'));
    await box.systemctl('reload', box.unit);
    await until('the added target answers', () =>
      client.call('added', 'open', '/dev/null').then(
        (answer) => answer === 'opened',
        (error: { code: string }) => {
          if (error.code !== 'NO_TARGET') throw error;
          return false;
        },
      ),
    );
    expect(await running).toBe(2);
    expect(await client.call('stage', 'settle', 1)).toBe(1); // A new stage, opened when the old one was closed.
    expect(await client.tell('states')).toEqual([]); // Of changes.
    expect(await box.property('MainPID')).toBe(pid);
  });

  test('a config with a mistake changes nothing, and systemd’s status says where it is', async () => {
    const box = service();
    box.writeConfig(folder, (text) => `${text}\nconst broken = ;\n`);
    await box.systemctl('reload', box.unit);
    await box.reaches('StatusText', /could not be read again.*samebox\.config\.mjs/);
    expect(await client.call('added', 'open', '/dev/null')).toBe('opened');
    box.writeConfig(folder);
    await box.samebox('reload');
    await box.reaches('StatusText', /^2 targets ready/);
  });

  test('one that is killed is started again: clients come back, and learn that their call may have run', async () => {
    const box = service();
    const before = await box.property('MainPID');
    const lost = client.call('stage', 'settle', 20_000).catch((error: unknown) => error);
    await client.runs('stage');
    await box.systemctl('kill', '--kill-who=main', '--signal=KILL', box.unit);
    expect(await lost).toMatchObject({ code: 'OUTCOME_UNKNOWN', ran: 'maybe' });
    expect(await client.call('stage', 'settle', 1)).toBe(1);
    expect(await client.tell('states')).toEqual(['reconnecting', 'connected']);
    expect(await box.property('NRestarts')).toBe('1');
    expect(await box.property('MainPID')).not.toBe(before);
  });

  test('one that hangs is killed by systemd’s watchdog, and started again', async () => {
    const box = service();
    await box.settings(startsAgainAtOnce, 'WatchdogSec=2', 'WatchdogSignal=SIGKILL');
    await box.systemctl('restart', box.unit);
    const frozen = client.call('stage', 'freeze').catch((error: unknown) => error);
    expect(await frozen).toMatchObject({ code: 'OUTCOME_UNKNOWN', ran: 'maybe' });
    expect(await box.log()).toMatch(/Watchdog timeout/);
    expect(await client.call('stage', 'settle', 1)).toBe(1);
    await box.settings(startsAgainAtOnce);
  });

  test('one that is stopped lets running calls end first', async () => {
    const box = service();
    const running = client.call('stage', 'settle', 700);
    await client.runs('stage');
    const stopped = box.samebox('service', 'stop');
    expect(await running).toBe(2);
    await stopped;
    await client.end();
    expect(await box.property('Result')).toBe('success');
    expect((await box.trySamebox(['service', 'status'])).code).toBe(3);
    await box.samebox('service', 'start');
    expect(await box.property('ActiveState')).toBe('active');
  });

  test('one that can’t start for a mistake in its config is given up, and who connects is told where to look', async () => {
    const box = service();
    await box.settings('[Unit]', 'StartLimitBurst=2');
    await box.systemctl('stop', box.unit);
    await box.systemctl('reset-failed', box.unit);
    box.writeConfig(folder, (text) => `${text}\nconst broken = ;\n`);
    const { code, stderr } = await box.trySamebox(['call', 'stage', 'settle', '1']);
    expect([code, stderr]).toEqual([3, expect.stringMatching(/does not start.*samebox service status/)]);
    const status = await box.trySamebox(['service', 'status', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(/its config has a mistake/),
    });
    box.writeConfig(folder);
    await box.settings(startsAgainAtOnce);
    await box.samebox('service', 'start');
    expect(await box.samebox('call', 'stage', 'settle', '1')).toBe('1\n');
  });
}
