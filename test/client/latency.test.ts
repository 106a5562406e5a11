// `latency: 'low'`: who gets it, and that it is told truly.
import { connect } from '../../client';
import { canKeepHot } from '../../src/latency/hot-loop';
import { acceptedSockets } from '../daemon/handoff/support';
import { House } from '../daemon/daemon/house';

const it = { echo: (value: unknown) => value };
/** A machine with one core never keeps it busy with looking. */
const low = canKeepHot() ? 'low' : 'normal';

let house: House;
beforeEach(() => {
  house = new House();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await house.close();
});

test('a client that asks for low latency is given it, and the status tells; the next one gets ordinary latency', async () => {
  await house.daemon({ it });
  const first = await house.client({ latency: 'low' });
  const second = await house.client({ latency: 'low' });
  const third = await house.client();
  expect([first, second, third].map(({ latency }) => latency)).toEqual([low, 'normal', 'normal']);
  const status = (await third.call('$daemon', 'status')) as { sessions: { latency: string }[] };
  expect(status.sessions.map(({ latency }) => latency)).toEqual([low, 'normal', 'normal']);
  expect(await Promise.all([first, second].map((client) => client.call('it', 'echo', [7])))).toEqual([7, 7]);
});

test('the place of a client that left is free again', async () => {
  await house.daemon({ it });
  const first = await house.client({ latency: 'low' });
  await first.close();
  expect((await house.client({ latency: 'low' })).latency).toBe(low);
});

test('a session that lost its socket has low latency again on the next one', async () => {
  const sockets = acceptedSockets();
  await house.daemon({ it });
  const client = await house.client({ latency: 'low' });
  const changes = client.changes();
  sockets.at(-1)?.destroy();
  for await (const { state } of changes) if (state === 'connected') break;
  expect(client.latency).toBe(low);
});

test('a daemon can grant it to more, or to none', async () => {
  await house.daemon({ it }, { limits: { lowLatencySessions: 2 } });
  const clients = [await house.client({ latency: 'low' }), await house.client({ latency: 'low' })];
  expect(clients.map(({ latency }) => latency)).toEqual([low, low]);
  await house.closeDaemons();
  await house.daemon({ it }, { limits: { lowLatencySessions: 0 } });
  expect((await house.client({ latency: 'low' })).latency).toBe('normal');
});

test('another word than low or normal is refused', async () => {
  await expect(connect('lab', { latency: 'fast' as never })).rejects.toThrow(
    'latency: one of normal, low, lane',
  );
});
