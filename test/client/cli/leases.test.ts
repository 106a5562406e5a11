// Leases as the command line tells of them, and breaks them.
import { connect, type Client } from '../../../client';
import { endpointIn } from '../../support/places';
import { kill, startClient } from './client-process';
import { World } from './run-samebox';

const world = new World();
let client: Client;

beforeAll(async () => {
  await world.start(['serve', '--demo']).printed(/Ctrl-C ends it/);
  client = await connect(endpointIn(world.folder, 'demo'), { name: 'scan' });
});
afterAll(async () => {
  await client.close();
  await world.close();
});

test('who has leased what is told by leases, list and status; --no-wait does not wait for him', async () => {
  expect((await world.run(['leases'])).stdout).toBe('No target is leased.\n');
  await using lease = await client.lease('stage', { ttl: Infinity });
  expect(lease.ttl).toBe(Infinity);
  const [leases, json, list, status, call, get, set, other] = await Promise.all([
    world.run(['leases']),
    world.run(['leases', '--json']),
    world.run(['list']),
    world.run(['status']),
    world.run(['call', 'stage', 'home', '--no-wait']),
    world.run(['get', '--no-wait', 'stage', 'position']),
    world.run(['set', 'stage', 'velocity', '3', '--no-wait']),
    world.run(['call', '--no-wait', 'pm', 'readVoltage', '--json']),
  ]);
  const holder = new RegExp(`leased by scan \\(pid ${process.pid}\\)`);
  expect(leases.stdout).toMatch(
    new RegExp(`^TARGET +STATE +CLIENT +PID .*\\nstage +held +scan +${process.pid} `),
  );
  expect(JSON.parse(json.stdout)).toMatchObject([{ target: 'stage', state: 'held', name: 'scan' }]);
  expect(list.stdout).toMatch(holder);
  expect(status.stdout).toMatch(holder);
  for (const refused of [call, get, set]) {
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^error: stage is leased by scan \(/);
  }
  expect(other).toMatchObject({ code: 0, stderr: '' });
});

test('release takes the target from who has leased it', async () => {
  const lease = await client.lease('stage');
  const waiting = world.run(['get', 'stage', 'position']);
  const lost = new Promise((resolve) =>
    lease.signal.addEventListener('abort', () => resolve(lease.signal.reason)),
  );
  expect(await world.run(['release', 'stage'])).toMatchObject({
    code: 0,
    stdout: `The lease of stage that scan (pid ${process.pid}) had is broken.\n`,
  });
  expect(await lost).toMatchObject({ code: 'LEASED', details: { lost: 'broken' } });
  expect(await waiting).toMatchObject({ code: 0 });
  expect((await world.run(['release', 'stage'])).stdout).toBe('Nobody has leased stage.\n');
  expect((await world.run(['release', 'stage', '--json'])).stdout).toBe('null\n');
  expect((await world.run(['release', 'stagee'])).code).toBe(2);
});

test('a lease of a process that was killed ends at once: the next who waits has it, not only after its time to live', async () => {
  const holder = await startClient(
    world,
    { name: 'crashed' },
    `await lab.lease('stage', { ttl: Infinity });`,
  );
  const next = client.lease('stage', { ttl: Infinity, timeout: 30_000 }); // Half of the window of a session that is only cut.
  const [held, waiting] = JSON.parse((await world.run(['leases', '--json'])).stdout) as object[];
  expect(held).toMatchObject({ state: 'held', name: 'crashed', pid: holder.pid });
  expect(waiting).toMatchObject({ state: 'waiting', name: 'scan' });
  await kill(holder);
  await using lease = await next;
  expect(lease.signal.aborted).toBe(false);
  expect(JSON.parse((await world.run(['leases', '--json'])).stdout)).toMatchObject([
    { state: 'held', name: 'scan', pid: process.pid },
  ]);
});
