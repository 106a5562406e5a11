// What is said of leases that don't come, or are lost.
import { House, rejection } from '../daemon/house';
import { Steps } from '../target/steps';

let house: House;
beforeEach(async () => {
  house = new House();
  await house.daemon({ stage: new Steps() });
});
afterEach(() => house.close());

test('a wait for a lease that is given up did not run, and names the holder', async () => {
  const [holder, waiter] = [await house.client(), await house.client()];
  await holder.lease('stage');
  const giveUp = new AbortController();
  const wait = rejection(waiter.lease('stage', { signal: giveUp.signal }));
  while ((await holder.leases()).length < 2);
  giveUp.abort();
  expect(await wait).toMatchObject({ code: 'CANCELLED', ran: expect.stringMatching(/^(no|maybe)$/) });
  const late = await rejection(waiter.lease('stage', { timeout: 200 }));
  expect(late.code).toBe('TIMEOUT');
  if (late['ran'] === 'no')
    expect(late).toMatchObject({ details: { target: 'stage', holder: { session: 1 } } });
});

test('who loses a lease is told who broke it', async () => {
  const [holder, other] = [await house.client(), await house.client({ name: 'the night shift' })];
  const lease = await holder.lease('stage');
  const lost = new Promise((resolve) =>
    lease.signal.addEventListener('abort', () => resolve(lease.signal.reason)),
  );
  await other.call('$daemon', 'breakLease', ['stage']);
  expect(await lost).toMatchObject({
    code: 'LEASED',
    message: expect.stringContaining('broken by the night shift'),
    details: { target: 'stage', lost: 'broken', by: { pid: process.pid } },
  });
});

test('what the daemon says of another target names that one', async () => {
  const client = await house.client();
  expect(await rejection(client.describe('stag'))).toMatchObject({
    code: 'NO_TARGET',
    details: { target: 'stag', suggestion: 'stage' },
  });
});
