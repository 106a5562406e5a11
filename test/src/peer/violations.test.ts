import type { SameboxError } from '../../../src/errors';
import { CANCEL_REASON, FLAG, KIND, type Head } from '../../../src/frames';
import { DEFAULT_LIMITS } from '../../../src/limits';
import { Connection } from '../../../src/peer/connection';
import type { IncomingCall } from '../../../src/peer/incoming-call';
import type { IncomingStream } from '../../../src/peer/incoming-stream';
import { Peer } from '../../../src/peer/peer';
import {
  connectPeers,
  echo,
  frameBytes,
  rawFrame,
  readHeads,
  request,
  settled,
  useFakeTime,
  watch,
} from './support/rig';
import { socketPair, turns, until } from './support/sockets';

useFakeTime();

describe('another side that breaks the protocol', () => {
  /** A client's peer against raw bytes. */
  async function against(): Promise<{
    peer: Peer;
    write: (bytes: Buffer) => void;
    heads: Head[];
    ends: SameboxError[];
  }> {
    const { connected, accepted } = await socketPair();
    const ends: SameboxError[] = [];
    const peer: Peer = new Peer(echo, {
      onGoaway: () => undefined,
      onEnd: (reason) => {
        ends.push(reason);
        peer.caller.detach(reason, () => reason.with({ ran: 'maybe' }));
      },
    });
    peer.attach(new Connection(connected, 'lab'));
    return { peer, write: (bytes) => void accepted.write(bytes), heads: readHeads(accepted), ends };
  }

  const answers: [string, Head][] = [
    ['result', [KIND.result, 9, FLAG.yours, []]],
    ['error', [KIND.error, 9, FLAG.yours, 'BUSY', 'no', []]],
    ['item', [KIND.item, 9, FLAG.yours, 0, 0, []]],
    ['progress', [KIND.item, 9, FLAG.yours, 1, 0, []]],
    ['end', [KIND.end, 9, FLAG.yours, 0, 0]],
  ];
  test.each(answers)('a %s for a call that was never made ends the connection', async (_name, head) => {
    const { write, heads, ends } = await against();
    write(frameBytes(head, null));
    await until(() => ends.length > 0);
    expect(ends[0]).toMatchObject({ code: 'PROTOCOL' });
    await until(() => heads.length > 0);
    expect(heads).toEqual([[KIND.goaway, 1, 0, 'PROTOCOL']]);
  });

  const misplaced: [string, Head][] = [
    ['a second hello', [KIND.hello, 0, 0]],
    ['a grant without handoff', [KIND.grant, 1, 0, 1, 'memfd:1:1']],
    ['a segment that is given back without handoff', [KIND.release, 1, FLAG.yours, 1]],
    ['a segment that is withdrawn without handoff', [KIND.release, 1, 0, 0]],
    ['a place without handoff', [KIND.place, 1, 0, 1, 1, 0]],
    ['a reference to a segment without handoff', [KIND.result, 1, FLAG.yours, [1, [1, 1, 0, 4096]]]],
    ['a result that names the sender’s call', [KIND.result, 1, 0, []]],
    ['a call that names the receiver’s', [KIND.call, 1, FLAG.yours, 't', 'm', null, 0, 0, 0, []]],
  ];
  test.each(misplaced)('%s ends the connection, and what is pending is settled', async (_name, head) => {
    const { peer, write, ends } = await against();
    const seen = watch(peer.caller.call(request('m')));
    await turns(2);
    write(frameBytes(head, []));
    await until(() => settled(seen));
    expect(ends).toMatchObject([{ code: 'PROTOCOL' }]);
    expect(seen.error).toMatchObject({ ran: 'maybe' });
  });

  test('a late answer for a call that was settled is dropped', async () => {
    const { peer, write, ends } = await against();
    const seen = watch(peer.caller.call(request('m')));
    for (const [, head] of answers)
      write(frameBytes([head[0], 1, ...head.slice(2)] as unknown as Head, null));
    await until(() => settled(seen));
    await turns();
    expect([seen, ends]).toEqual([{ value: null }, []]);
  });

  const nonsense = Buffer.from('9fffff', 'hex');
  test('a body that cannot be read fails one call, and the connection stays', async () => {
    const { connected, accepted } = await socketPair();
    const ends: SameboxError[] = [];
    const served: IncomingCall[] = [];
    const peer = new Peer((one) => served.push(one), {
      onGoaway: () => undefined,
      onEnd: (end) => ends.push(end),
    });
    peer.attach(new Connection(accepted, 'a client', DEFAULT_LIMITS, 'accepted'));
    const heads = readHeads(connected);
    connected.write(rawFrame([KIND.call, 1, 0, 't', 'm', null, 0, 0, 0, []], nonsense));
    connected.write(frameBytes([KIND.call, 2, 0, 't', 'm', null, 0, 0, 0, []], { not: 'an array' }));
    await until(() => heads.length === 2);
    expect(heads).toEqual([
      [KIND.error, 1, FLAG.yours, 'PROTOCOL', 'no', []],
      [KIND.error, 2, FLAG.yours, 'PROTOCOL', 'no', []],
    ]);
    expect([served, ends]).toEqual([[], []]);
  });

  test('a result that cannot be read fails one call, and the connection stays', async () => {
    const { peer, write, ends } = await against();
    const first = watch(peer.caller.call(request('m')));
    const second = watch(peer.caller.call(request('m')));
    write(rawFrame([KIND.result, 1, FLAG.yours, []], nonsense));
    write(frameBytes([KIND.result, 2, FLAG.yours, []], 'fine'));
    await until(() => settled(first) && settled(second));
    expect(first.error).toMatchObject({ code: 'PROTOCOL', ran: 'yes' });
    expect([second, ends]).toEqual([{ value: 'fine' }, []]);
  });

  test('an item that cannot be read fails its stream, and the producer is told', async () => {
    const { peer, write, heads, ends } = await against();
    const call = peer.caller.call(request('m'));
    write(frameBytes([KIND.result, 1, FLAG.yours | FLAG.stream, []]));
    const stream = (await call) as IncomingStream;
    const next = watch(stream.next());
    write(rawFrame([KIND.item, 1, FLAG.yours, 0, 0, []], nonsense));
    await until(() => settled(next));
    expect(next.error).toMatchObject({ code: 'PROTOCOL' });
    await until(() => heads.some(([kind]) => kind === KIND.cancel));
    expect(heads.at(-1)).toEqual([KIND.cancel, 1, 0, CANCEL_REASON.left]);
    expect(ends).toEqual([]);
  });

  test('items without credit end the connection', async () => {
    const { peer, write, ends } = await against();
    const call = peer.caller.call(request('m'));
    write(frameBytes([KIND.result, 1, FLAG.yours | FLAG.stream, []]));
    await call;
    write(frameBytes([KIND.item, 1, FLAG.yours, 0, 0, []], 1));
    await until(() => ends.length > 0);
    expect(ends[0]).toMatchObject({ code: 'PROTOCOL' });
  });

  test('credit and cancels for unknown calls, acks and pings do no harm', async () => {
    const { write, heads, ends } = await against();
    write(frameBytes([KIND.credit, 5, 0, 0, 10, 10, 0]));
    write(frameBytes([KIND.credit, 5, 0, 7, 10, 10, 0]));
    write(frameBytes([KIND.cancel, 5, 0, 99]));
    write(frameBytes([KIND.ack, 5, 0, 1]));
    write(frameBytes([KIND.pong, 5, 0]));
    write(frameBytes([KIND.ping, 77, 0]));
    await until(() => heads.length > 0);
    expect(heads).toEqual([[KIND.pong, 77, 0]]);
    expect(ends).toEqual([]);
  });

  test('bytes that were changed on the way end in order at both ends', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { sockets, daemon } = await connectPeers(echo);
      sockets.connected.on('error', () => undefined);
      const bytes = Buffer.concat([
        frameBytes([KIND.call, 1, 0, 't', 'm', 1000, 0, 0, 0, []], [1, 'two', new Uint8Array(10)]),
        frameBytes([KIND.call, 2, 0, 't', 'hang', null, 1, 0, 0, []], [{ a: [1, 2, 3] }]),
        frameBytes([KIND.cancel, 2, 0, 0]),
      ]);
      for (let change = 0; change < 3; change++)
        bytes[(seed * 7919 + change * 104_729) % bytes.length] = (seed * 31 + change * 17) & 0xff;
      sockets.connected.write(bytes);
      await turns(5);
      sockets.connected.destroy();
      await until(() => daemon.connection === undefined);
      expect(daemon.answerer.pending).toBe(0);
    }
  });
});
