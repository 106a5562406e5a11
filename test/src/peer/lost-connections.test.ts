import { SameboxError } from '../../../src/errors';
import { FLAG } from '../../../src/frames';
import type { IncomingStream } from '../../../src/peer/incoming-stream';
import { connectPeers, echo, settled, useFakeTime, watch, type Rig } from './support/rig';
import { turns, until } from './support/sockets';

useFakeTime();

const gone = new SameboxError('CONNECTION_LOST', 'lab: gone');
const lost = (): SameboxError => gone.with({ ran: 'maybe' });

describe('a lost connection', () => {
  async function lose(
    { client, sockets, ends }: Rig,
    policy: Parameters<typeof client.caller.detach>[1] = lost,
  ): Promise<void> {
    sockets.accepted.destroy();
    await until(() => ends.length > 0);
    client.caller.detach(ends[0]!, policy);
  }

  test('a call that was written is CONNECTION_LOST with ran maybe; its stream breaks', async () => {
    const rig = await connectPeers((call) => {
      if (call.member === 'stream')
        void call.stream(
          (async function* () {
            yield await Promise.resolve(1);
            await new Promise(() => undefined);
          })(),
        );
    });
    const stream = (await rig.call('stream')) as IncomingStream;
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    const next = watch(stream.next());
    const seen = watch(rig.call('hang'));
    await until(() => rig.served.length === 2);
    await lose(rig);
    await until(() => settled(seen) && settled(next));
    expect(seen.error).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
    expect(next.error).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
    expect(rig.served[0]!.aborted).toMatchObject({ code: 'CONNECTION_LOST' });
  });

  test('idempotent calls are sent again, and those that were never written after them, in the order they were made', async () => {
    const rig = await connectPeers(echo);
    const first = watch(rig.call('hang', [1], { flags: FLAG.idempotent }));
    const second = watch(rig.call('hang', [2]));
    await until(() => rig.served.length === 2);
    const before = rig.served.length;
    await lose(rig, ({ request: { flags } }) => ((flags & FLAG.idempotent) !== 0 ? 'again' : lost()));
    const third = rig.call('echo', [3]);
    await turns();
    expect(second.error).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
    await rig.again();
    expect(await third).toEqual([3]);
    const after = rig.served.slice(before);
    expect(after.map(({ args }) => args)).toEqual([[1], [3]]);
    after[0]!.resolve('again');
    await until(() => settled(first));
    expect(first).toEqual({ value: 'again' });
  });

  test('arguments of a call that waits are those of the moment it was made', async () => {
    const rig = await connectPeers(echo);
    await lose(rig);
    const argument = { value: 1 };
    const call = rig.call('echo', [argument]);
    argument.value = 2;
    await rig.again();
    expect(await call).toEqual([{ value: 1 }]);
  });

  test('a call that waits and cannot be encoded is refused at once', async () => {
    const rig = await connectPeers(echo);
    await lose(rig);
    await expect(rig.call('echo', [() => 1])).rejects.toMatchObject({ code: 'UNENCODABLE', ran: 'no' });
    expect(rig.client.caller.pending).toBe(0);
  });

  test('a call that was given up is not sent again', async () => {
    const rig = await connectPeers(echo);
    const controller = new AbortController();
    const seen = watch(rig.call('hang', [], { signal: controller.signal }));
    await until(() => rig.served.length === 1);
    controller.abort();
    await lose(rig, () => 'again');
    await turns(1);
    expect(seen.error).toMatchObject({ code: 'CANCELLED', ran: 'maybe' });
    expect(rig.client.caller.pending).toBe(0);
  });
});

describe('draining', () => {
  const draining = new SameboxError('DRAINING', 'going');

  test('calls that were answered DRAINING go to the next daemon, before those made after them', async () => {
    let drains = true;
    const rig = await connectPeers((call) => (drains ? call.reject(draining) : call.resolve(call.args)));
    const first = rig.call('echo', [1]);
    const second = rig.call('echo', [2]);
    rig.client.caller.hold();
    const third = rig.call('echo', [3]);
    await until(() => rig.served.length === 2);
    await turns();
    expect(rig.client.caller.pending).toBe(3);
    drains = false;
    rig.client.caller.detach(gone, lost);
    await rig.again();
    expect(await Promise.all([first, second, third])).toEqual([[1], [2], [3]]);
    expect(rig.served.slice(2).map(({ args }) => args)).toEqual([[1], [2], [3]]);
  });

  test('a goaway is heard, and what was begun is still answered', async () => {
    const rig = await connectPeers(() => undefined);
    const seen = watch(rig.call('m'));
    await until(() => rig.served.length === 1);
    rig.daemon.goaway(draining);
    await until(() => rig.goaways.length === 1);
    expect(rig.goaways[0]).toMatchObject({ code: 'DRAINING', message: 'going' });
    rig.served[0]!.resolve(1);
    await until(() => settled(seen));
    expect(seen).toEqual({ value: 1 });
  });

  test('a call that ran before it was answered DRAINING is never sent again', async () => {
    const rig = await connectPeers((call) => call.reject(draining.with({ ran: 'yes' })));
    await expect(rig.call('m')).rejects.toMatchObject({ code: 'DRAINING', ran: 'yes' });
    expect(rig.client.caller.pending).toBe(0);
  });

  test('a call that does not want to wait is told DRAINING', async () => {
    const rig = await connectPeers((call) => call.reject(draining));
    rig.client.caller.hold();
    await expect(rig.call('m', [], { retry: false })).rejects.toMatchObject({ code: 'DRAINING', ran: 'no' });
  });
});

test('close rejects all that is pending, and leaves no timer', async () => {
  const rig = await connectPeers((call) => {
    if (call.member === 'stream')
      void call.stream(
        (async function* () {
          await new Promise(() => undefined);
          yield 1;
        })(),
      );
  });
  const stream = (await rig.call('stream')) as IncomingStream;
  const next = watch(stream.next());
  const written = watch(rig.call('hang'));
  rig.client.caller.hold();
  const waiting = watch(rig.call('hang'));
  const controller = new AbortController();
  const remove = jest.spyOn(controller.signal, 'removeEventListener');
  rig.call('hang', [], { signal: controller.signal }).catch(() => undefined);
  rig.client.caller.close(new SameboxError('CANCELLED', 'closed'));
  await turns(1);
  expect(written.error).toMatchObject({ code: 'CANCELLED', ran: 'maybe' });
  expect(waiting.error).toMatchObject({ code: 'CANCELLED', ran: 'no' });
  expect(next.error).toMatchObject({ code: 'CANCELLED' });
  expect(remove).toHaveBeenCalled();
  expect(rig.client.caller.pending).toBe(0);
});
