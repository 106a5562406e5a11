// Leases over real sockets: who has a target, who waits, how it ends.
import { expose } from '../../../daemon/box/expose';
import type { Client } from '../../../client';
import type { Socket } from 'node:net';
import { House, rejection } from '../daemon/house';
import { acceptedSockets, until } from '../handoff/support';
import { aborted, Steps } from '../target/steps';

class Counting extends Steps {
  async *counting(): AsyncGenerator<number> {
    for (let n = 0; ; n++) yield await Promise.resolve(n);
  }
}

let house: House;
let sockets: Socket[];
let steps: Steps;
/** Of a target that runs one call at a time. */
let single: Steps;
beforeEach(async () => {
  sockets = acceptedSockets();
  house = new House();
  steps = new Counting();
  single = new Steps();
  await house.daemon({ it: expose(steps, { concurrency: 4 }), other: single });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await house.close();
});

async function waiting(client: Client, count: number): Promise<void> {
  await until(
    async () => (await client.leases()).filter(({ state }) => state === 'waiting').length === count,
  );
}

/** Until so many calls wait for their turn at a target. */
async function queued(client: Client, count: number, target = 'it'): Promise<void> {
  await until(async () => {
    const { targets } = await client.status();
    return targets.find(({ name }) => name === target)?.waiting === count;
  });
}

describe('while a target is leased', () => {
  test('calls of others wait until the lease ends, those of its owner go on, and other targets are free', async () => {
    const [owner, other] = [await house.client(), await house.client()];
    const it = owner.target('it');
    {
      await using lease = await it.lease();
      expect(lease).toMatchObject({ target: 'it', ttl: 30_000 });
      const call = other.call('it', 'note', ['theirs']);
      await queued(owner, 1);
      expect(await it.note('ours')).toBe('ours');
      expect(await other.call('other', 'note', ['elsewhere'])).toBe('elsewhere');
      expect(steps.begun).toEqual(['ours']);
      await lease.release();
      expect(await call).toBe('theirs');
      expect(lease.signal.aborted).toBe(false);
    }
    expect(await owner.leases()).toEqual([]);
  });

  test('describe, status and targets go through, and tell who has it', async () => {
    const [owner, other] = [await house.client({ name: 'scan' }), await house.client()];
    const { since } = await owner.lease('it', { ttl: 5000 });
    const held = {
      target: 'it',
      state: 'held',
      session: 1,
      name: 'scan',
      pid: process.pid,
      since,
      ttl: 5000,
    };
    expect(await other.leases()).toMatchObject([held]);
    expect((await other.describe('it')).lease).toMatchObject(held);
    expect((await other.targets()).find(({ name }) => name === 'it')?.lease).toMatchObject(held);
    const { targets } = await other.status();
    expect(targets.filter(({ lease }) => lease !== undefined).map(({ name }) => name)).toEqual(['it']);
  });

  test('a call with noWait is refused at once, and told who has it', async () => {
    const [owner, other] = [await house.client({ name: 'scan' }), await house.client()];
    const running = owner.call('it', 'work', ['a']);
    await steps._began('a');
    const lease = await owner.lease('it');
    const refused = await rejection(other.call('it', 'note', ['b'], { noWait: true }));
    expect(refused).toMatchObject({
      code: 'LEASED',
      ran: 'no',
      details: { target: 'it', member: 'note', holder: { session: 1, name: 'scan', since: lease.since } },
    });
    expect(refused.message).toContain(`it is leased by scan`);
    expect((await rejection(other.get('it', 'most', { noWait: true }))).code).toBe('LEASED');
    expect((await rejection(other.set('it', { most: 3 }, { noWait: true }))).code).toBe('LEASED');
    expect((await rejection(other.lease('it', { noWait: true }))).code).toBe('LEASED');
    await steps._finish('a');
    await running;
    await lease.release();
    expect(await other.call('it', 'note', ['c'], { noWait: true })).toBe('c');
  });

  test('a call with noWait that waits for its turn is refused when a lease comes before it; others stay', async () => {
    const [owner, other] = [await house.client(), await house.client()];
    const running = owner.call('other', 'work', ['a']);
    await single._began('a');
    const refused = rejection(other.call('other', 'note', ['b'], { noWait: true }));
    const patient = other.call('other', 'note', ['c']);
    await queued(owner, 2, 'other');
    const lease = await owner.lease('other');
    expect(await refused).toMatchObject({ code: 'LEASED', ran: 'no' });
    await single._finish('a');
    await running;
    await lease.release();
    expect(await patient).toBe('c');
    expect(single.begun).toEqual(['a', 'c']);
  });

  test('a stream of another session that is open goes on', async () => {
    const [owner, other] = [await house.client(), await house.client()];
    const stream = (await other.call('it', 'counting')) as AsyncIterableIterator<number>;
    expect((await stream.next()).value).toBe(0);
    await using lease = await owner.lease('it');
    expect((await stream.next()).value).toBe(1);
    expect(lease.signal.aborted).toBe(false);
    await stream.return?.();
  });

  test('a call whose deadline passes meanwhile never reaches the target', async () => {
    const [owner, other] = [await house.client(), await house.client()];
    const lease = await owner.lease('it');
    const late = await rejection(other.call('it', 'note', ['late'], { timeout: 30 }));
    expect(late.code).toBe('TIMEOUT');
    await lease.release();
    await other.call('it', 'note', ['next']);
    expect(steps.begun).toEqual(['next']);
  });

  test('a second lease of the same session is refused, and so are leases of nothing and of $daemon', async () => {
    const owner = await house.client();
    await owner.lease('it');
    expect(await rejection(owner.lease('it'))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await rejection(owner.lease('nothing'))).toMatchObject({ code: 'NO_TARGET' });
    expect(await rejection(owner.lease('$daemon'))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await rejection(owner.lease('other', { ttl: 0 }))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect((await owner.leases()).map(({ target }) => target)).toEqual(['it']);
  });
});

describe('the line', () => {
  test('a lease waits for the calls of others that run, and new ones do not pass it', async () => {
    const [owner, other] = [await house.client(), await house.client()];
    const running = other.call('it', 'work', ['theirs']);
    await steps._began('theirs');
    const leasing = owner.lease('it');
    await waiting(owner, 1);
    const passing = other.call('it', 'note', ['later']);
    const refused = await rejection(other.call('it', 'note', ['never'], { noWait: true }));
    expect(refused).toMatchObject({ code: 'LEASED', ran: 'no' });
    expect(await owner.call('it', 'note', ['ours'])).toBe('ours');
    await steps._finish('theirs');
    await running;
    await (await leasing).release();
    await passing;
    expect(steps.begun).toEqual(['theirs', 'ours', 'later']);
  });

  test('those who wait get it in their order', async () => {
    const clients = [await house.client(), await house.client(), await house.client()];
    const first = await clients[0]!.lease('it');
    const order: number[] = [];
    const rest = [1, 2].map(async (at) => {
      const lease = await clients[at]!.lease('it');
      order.push(at);
      await lease.release();
    });
    await waiting(clients[0]!, 2);
    await first.release();
    await Promise.all(rest);
    expect(order).toEqual([1, 2]);
  });

  test('whoever gives the wait up, or waits too long, loses his place', async () => {
    const [owner, second, third, fourth] = await Promise.all([1, 2, 3, 4].map(() => house.client()));
    const lease = await owner!.lease('it');
    const giveUp = new AbortController();
    const cancelled = rejection(second!.lease('it', { signal: giveUp.signal }));
    const late = rejection(third!.lease('it', { timeout: 30 }));
    await waiting(owner!, 1);
    const patient = fourth!.lease('it', { timeout: Infinity });
    expect((await late).code).toBe('TIMEOUT');
    giveUp.abort();
    expect((await cancelled).code).toBe('CANCELLED');
    await lease.release();
    expect(await patient).toMatchObject({ target: 'it' });
    expect(await owner!.leases()).toHaveLength(1);
  });
});

describe('the end', () => {
  test("a lease that the daemon's user breaks is lost, and its owner told; the next in line gets it", async () => {
    const [owner, next] = [await house.client(), await house.client()];
    const lease = await owner.lease('it');
    const leasing = next.lease('it');
    await waiting(owner, 1);
    expect(await next.call('$daemon', 'breakLease', ['it'])).toMatchObject({ session: 1 });
    expect(await aborted(lease.signal)).toMatchObject({ code: 'LEASED', details: { lost: 'broken' } });
    await leasing;
    expect((await owner.leases()).map(({ session }) => session)).toEqual([2]);
    expect(await owner.call('$daemon', 'breakLease', ['other'])).toBeUndefined();
    await house.log(/has broken the lease of it/);
  });

  test('a lease that nobody renews expires; one that its client renews does not', async () => {
    const [owner, other] = [await house.client(), await house.client()];
    const renewed = await other.lease('other', { ttl: 300 });
    const stream = await owner.call('$daemon', 'lease', ['it', 400]);
    const items = stream as AsyncIterableIterator<{ target: string }>;
    expect((await items.next()).value).toMatchObject({ target: 'it', ttl: 400 });
    expect(await rejection(items.next())).toMatchObject({ code: 'LEASED', details: { lost: 'expired' } });
    await house.log(/has expired: it was not renewed/);
    expect(renewed.signal.aborted).toBe(false);
    expect((await owner.leases()).map(({ target }) => target)).toEqual(['other']);
    const refused = await rejection(owner.call('$daemon', 'renewLease', ['it']));
    expect(refused).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('when its client closes, the next in line gets it', async () => {
    const [owner, next] = [await house.client(), await house.client()];
    const lease = await owner.lease('it', { ttl: Infinity });
    const leasing = next.lease('it');
    await waiting(next, 1);
    await owner.close();
    await leasing;
    expect(lease.signal.reason).toMatchObject({ code: 'CANCELLED' });
  });

  test('a named session keeps no lease of a client that has left', async () => {
    const [owner, next] = [await house.client({ session: 'notebook' }), await house.client()];
    await owner.lease('it', { ttl: Infinity });
    expect(await next.leases()).toMatchObject([{ session: 'notebook' }]);
    await owner.close();
    await next.lease('it');
    const again = await house.client({ session: 'notebook' });
    expect(await rejection(again.lease('it', { noWait: true }))).toMatchObject({ code: 'LEASED' });
  });

  test('when its socket is cut and its client comes back, the lease stays', async () => {
    const owner = await house.client();
    const lease = await owner.lease('it', { ttl: 1000 });
    const changes = owner.changes();
    const other = await house.client();
    sockets[0]?.destroy();
    await changes.next();
    await house.log(/is cut off/);
    expect((await other.leases()).map(({ session }) => session)).toEqual([1]);
    await until(() => owner.state === 'connected');
    const call = other.call('it', 'note', ['theirs']);
    await queued(owner, 1);
    expect(await owner.call('it', 'note', ['ours'])).toBe('ours');
    expect(lease.signal.aborted).toBe(false);
    await lease.release();
    await call;
    expect(steps.begun).toEqual(['ours', 'theirs']);
  });

  test('a daemon that drains grants none, and says so to those who wait', async () => {
    const [owner, next] = [await house.client(), await house.client()];
    await owner.lease('it');
    const refused = rejection(next.call('$daemon', 'lease', ['it'], { retry: false }));
    await waiting(owner, 1);
    await owner.call('$daemon', 'stop');
    expect(await refused).toMatchObject({ code: 'DRAINING' });
  });
});
