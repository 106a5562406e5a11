// What every line that carries frames has to keep: the promises of calls and streams, backpressure, and the end.
import { SameboxError } from '../../src/errors';
import { FLAG } from '../../src/frames';
import type { IncomingCall } from '../../src/peer/incoming-call';
import type { IncomingStream } from '../../src/peer/incoming-stream';
import { settled, watch } from '../src/peer/support/rig';
import { closeSockets, turns, until } from '../src/peer/support/sockets';
import { pattern, same } from './real-segments';
import { sourceOf, TransportRig, type Prepare } from './transport-rig';

const MiB = 2 ** 20;

class Failure extends Error {
  override name = 'Failure';
  level = 7;
}

async function* count(to: number): AsyncGenerator<number> {
  for (let n = 0; n < to; n++) yield await Promise.resolve(n);
}

/** What the daemon of this suite does. `hang` is answered by the test. */
function serve(call: IncomingCall): void {
  const [first] = call.args;
  if (call.member === 'echo') call.resolve(first);
  else if (call.member === 'fail') call.reject(SameboxError.from(new Failure('no light'), 'METHOD_FAILED'));
  else if (call.member === 'function') call.resolve(() => 1);
  else if (call.member === 'count') void call.stream(count(first as number));
  else if (call.member === 'text') call.resolve('x'.repeat(first as number));
  else if (call.member === 'bytes') call.resolve(pattern(first as number, 3));
}

/** Tests of one line, for a `describe` of its own. */
export function transportSuite(prepare: Prepare): void {
  const connect = (limits?: Parameters<typeof TransportRig.connect>[2]): Promise<TransportRig> =>
    TransportRig.connect(prepare, serve, limits);

  afterEach(closeSockets);

  describe('calls', () => {
    test('many at once: every answer comes to its own call', async () => {
      const rig = await connect();
      const calls = Array.from({ length: 1000 }, (_, index) => rig.call('echo', [{ index }]));
      expect(await Promise.all(calls)).toEqual(calls.map((_, index) => ({ index })));
    });

    test('one after another, with pauses in which both sides go to sleep', async () => {
      const rig = await connect();
      for (let round = 0; round < 20; round++) {
        expect(await rig.call('echo', [round])).toBe(round);
        if (round % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });

    test('the other side can call as well', async () => {
      const rig = await connect();
      await rig.call('echo');
      const back = rig.daemon.caller.call({
        target: 't',
        member: 'm',
        flags: 0,
        args: [],
        timeout: 9e3,
        retry: true,
      });
      await expect(back).rejects.toMatchObject({ code: 'NO_TARGET', ran: 'no' });
    });

    test('errors come with their code, ran and fields', async () => {
      const rig = await connect();
      await expect(rig.call('fail')).rejects.toMatchObject({
        code: 'METHOD_FAILED',
        cause: { name: 'Failure', message: 'no light', level: 7 },
      });
      await expect(rig.call('function')).rejects.toMatchObject({ code: 'UNENCODABLE', ran: 'yes' });
      await expect(rig.call('echo', [() => 1])).rejects.toMatchObject({ code: 'UNENCODABLE', ran: 'no' });
    });

    test('they begin in the order they were made, also where some have large arguments', async () => {
      const rig = await connect();
      const calls = Array.from({ length: 200 }, (_, index) =>
        rig.call('echo', [index, ...(index % 20 === 0 ? [pattern(300_000, index)] : [])]),
      );
      expect(await Promise.all(calls)).toEqual(calls.map((_, index) => index));
      expect(rig.served.map(({ args }) => args[0])).toEqual(calls.map((_, index) => index));
    });

    test('a cancel reaches the method, whose verdict settles the call', async () => {
      const rig = await connect();
      const controller = new AbortController();
      const seen = watch(rig.call('hang', [], { signal: controller.signal }));
      await until(() => rig.served.length === 1);
      rig.served[0]!.onAbort = (reason) => rig.served[0]!.reject(reason.with({ ran: 'yes' }));
      controller.abort();
      await until(() => settled(seen));
      expect(seen.error).toMatchObject({ code: 'CANCELLED', ran: 'yes' });
    });

    test('a deadline ends a call that is not answered, at both sides', async () => {
      const rig = await connect();
      await expect(rig.call('hang', [], { timeout: 20 })).rejects.toMatchObject({ code: 'TIMEOUT' });
      await until(() => rig.served[0]?.aborted !== undefined);
      expect(await rig.call('echo', [1])).toBe(1);
    });
  });

  describe('streams', () => {
    test('every item comes once and in order, and the end', async () => {
      const rig = await connect();
      const got: unknown[] = [];
      for await (const item of (await rig.call('count', [3000])) as IncomingStream) got.push(item);
      expect(got).toEqual(Array.from({ length: 3000 }, (_, n) => n));
    });

    test('a consumer that stops is given no more than it has granted', async () => {
      const rig = await connect();
      const stream = (await rig.call('count', [100_000])) as IncomingStream;
      expect(await stream.next()).toEqual({ done: false, value: 0 });
      await turns(200);
      const [entry] = rig.daemon.answerer.entries();
      expect(entry?.state).toBe('streaming');
      for (let n = 1; n < 500; n++) expect(await stream.next()).toEqual({ done: false, value: n });
      await stream.return();
      await until(() => rig.daemon.answerer.pending === 0);
    });
  });

  describe('large frames', () => {
    test('arrays of many sizes arrive as they are, both ways', async () => {
      const rig = await connect();
      const sizes = [0, 1, 4095, 4096, 65_536, 65_537, 262_144, 300_001, 9 * MiB];
      for (const size of sizes) {
        const bytes = pattern(size, size);
        expect(same((await rig.call('echo', [bytes])) as Uint8Array, pattern(size, size))).toBe(true);
      }
      expect(rig.ends).toEqual([]);
    });

    test('bodies that are larger than the line holds arrive as they are', async () => {
      const rig = await connect();
      const text = 'abcdefg'.repeat(300_000);
      expect(await rig.call('echo', [text])).toBe(text);
    });

    test('small calls pass between the chunks of a large one', async () => {
      const rig = await connect();
      const large = watch(rig.call('bytes', [16 * MiB]));
      let small = 0;
      while (!settled(large)) {
        await rig.call('echo', [small]);
        small++;
      }
      expect(same(large.value as Uint8Array, pattern(16 * MiB, 3))).toBe(true);
      expect(small).toBeGreaterThan(2);
    });
  });

  describe('backpressure', () => {
    test('a client that does not read is read from no longer, and read again once it reads', async () => {
      const rig = await connect({ pendingHighWater: MiB });
      await rig.call('echo');
      const { here, there } = rig.current;
      sourceOf(here).pause();
      const calls: Promise<unknown>[] = [];
      for (let round = 0; round < 200 && !sourceOf(there).isPaused(); round++) {
        for (let one = 0; one < 20; one++) calls.push(rig.call('text', [20_000]));
        await turns(5);
      }
      expect(sourceOf(there).isPaused()).toBe(true);
      const before = rig.served.length;
      calls.push(rig.call('text', [1]));
      await turns(50);
      expect(rig.served.length).toBe(before);
      expect(there.congested).toBe(true);
      sourceOf(here).resume();
      const lengths = (await Promise.all(calls)).map((text) => (text as string).length);
      expect(lengths.at(-1)).toBe(1);
      expect(new Set(lengths.slice(0, -1))).toEqual(new Set([20_000]));
      await until(() => !there.congested && !sourceOf(there).isPaused());
    });

    test('a client that never reads is given up', async () => {
      const rig = await connect({ pendingBytes: 2 * MiB, pendingHighWater: 100 * MiB });
      await rig.call('echo');
      sourceOf(rig.current.here).pause();
      for (let round = 0; round < 300 && rig.endsThere.length === 0; round++) {
        rig.call('text', [100_000]).catch(() => undefined);
        await turns(2);
      }
      expect(rig.endsThere).toMatchObject([{ code: 'CONNECTION_LOST' }]);
    });
  });

  describe('the end', () => {
    test('in order: what was sent before arrives, then the reason', async () => {
      const rig = await connect();
      const answers = watch(Promise.all(Array.from({ length: 50 }, () => rig.call('text', [50_000]))));
      await until(() => rig.served.length === 50);
      await turns(1);
      rig.current.there.end(new SameboxError('DRAINING', 'going'));
      await until(() => rig.ends.length > 0);
      expect(rig.goaways).toMatchObject([{ code: 'DRAINING', message: 'going' }]);
      expect((answers.value as string[]).length).toBe(50);
    });

    test('a side that broke the protocol is told so', async () => {
      const rig = await connect();
      await rig.call('echo');
      rig.current.here.send([7, 99, 0, 0, 1]); // An `end` of a call that the daemon has never made.
      await until(() => rig.ends.length > 0 && rig.endsThere.length > 0);
      expect(rig.goaways).toMatchObject([{ code: 'PROTOCOL' }]);
      expect(rig.endsThere).toMatchObject([{ code: 'PROTOCOL' }]);
    });

    test('a loss in the middle is CONNECTION_LOST, once, at both sides', async () => {
      const rig = await connect();
      rig.call('hang').catch(() => undefined);
      await until(() => rig.served.length === 1);
      await rig.cut();
      expect(rig.ends).toMatchObject([{ code: 'CONNECTION_LOST' }]);
      expect(rig.endsThere).toMatchObject([{ code: 'CONNECTION_LOST' }]);
      await turns();
      expect([rig.ends.length, rig.endsThere.length]).toEqual([1, 1]);
    });

    test('a session that is taken up again: calls run once and are answered once, streams go on', async () => {
      const rig = await connect();
      const stream = (await rig.call('count', [2000])) as IncomingStream;
      const got: unknown[] = [];
      const reading = (async () => {
        for await (const item of stream) got.push(item);
      })();
      const calls: Promise<unknown>[] = [];
      for (let cut = 0; cut < 5; cut++) {
        for (let one = 0; one < 50; one++) calls.push(rig.call('echo', [calls.length]));
        await turns(cut);
        await rig.cut();
        calls.push(rig.call('echo', [calls.length]));
        await rig.reconnect();
      }
      expect(await Promise.all(calls)).toEqual(calls.map((_, index) => index));
      await reading;
      expect(got).toEqual(Array.from({ length: 2000 }, (_, n) => n));
      const runs = rig.served.filter(({ member }) => member === 'echo').map(({ args }) => args[0]);
      expect(runs.sort((one, other) => Number(one) - Number(other))).toEqual(calls.map((_, index) => index));
    });

    test('an idempotent flag and a named argument go as they are', async () => {
      const rig = await connect();
      await rig.call('echo', [{ a: 1 }], { flags: FLAG.idempotent | FLAG.named });
      expect(rig.served[0]).toMatchObject({ args: [{ a: 1 }] });
    });
  });
}
