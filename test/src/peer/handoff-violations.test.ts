import { FLAG, KIND, type AttachmentRef, type Head, type SegmentRef } from '../../../src/frames';
import type { SameboxError } from '../../../src/errors';
import { HANDOFF, type ConnectionHandoff } from '../../../src/handoff/connection-handoff';
import { Offer, readOffer } from '../../../src/handoff/offer';
import { DEFAULT_LIMITS, type Limits } from '../../../src/limits';
import { Connection } from '../../../src/peer/connection';
import type { IncomingCall } from '../../../src/peer/incoming-call';
import { Peer } from '../../../src/peer/peer';
import type { OwnSegment } from '../../../src/segments/memory';
import { pattern, realMaker, same } from '../../support/real-segments';
import { closeSessions, session } from './support/handoff-rig';
import { frameBytes, rawFrame, readHeads } from './support/rig';
import { closeSockets, socketPair, turns, until } from './support/sockets';

const BYTES = 100_000;
const made: { remove(): void }[] = [];
afterEach(() => {
  closeSockets();
  closeSessions();
  for (const one of made.splice(0)) one.remove();
});

/** A client that keeps no rule, and has proved that its memory can be read; and the daemon's side of its connection. */
interface Hostile {
  readonly heads: Head[];
  readonly served: IncomingCall[];
  readonly ends: SameboxError[];
  readonly handoff: ConnectionHandoff;
  /** A real segment of its own in generation 3. It isn't granted. */
  readonly segment: OwnSegment;
  write(head: Head, body?: unknown): void;
  grant(number: number, bytes?: number, way?: string): void;
  /** A call whose one argument is that attachment. */
  call(id: number, ref: AttachmentRef): void;
}

/** A body `[bytes of attachment 0]`. */
const ONE_ARGUMENT = Buffer.from('81d8' + '40' + 'd95342' + '00', 'hex');

function segment(bytes = BYTES): OwnSegment {
  const own = realMaker().create(bytes) as OwnSegment;
  made.push(own);
  own.generation = 3;
  new Uint8Array(own.view(0, bytes)).set(pattern(bytes, 9));
  return own;
}

async function hostile(limits: Partial<Limits> = {}, proved = true): Promise<Hostile> {
  const { connected, accepted } = await socketPair();
  const all = { ...DEFAULT_LIMITS, ...limits };
  const served: IncomingCall[] = [];
  const ends: SameboxError[] = [];
  const peer = new Peer(
    (call) => served.push(call),
    {
      onGoaway: () => undefined,
      onEnd: (end) => {
        ends.push(end);
        peer.answerer.detach(end);
      },
    },
    all,
  );
  const connection = new Connection(accepted, 'a client', all, 'accepted');
  const handoff = session('auto', all, false).over(connection, process.pid);
  peer.attach(connection);
  const heads = readHeads(connected);
  const offer = Offer.make(realMaker());
  made.push(offer);
  const write = (head: Head, body?: unknown): void => void connected.write(frameBytes(head, body));
  handoff.greeted([HANDOFF], { proof: offer.grant });
  if (proved) {
    write([KIND.proof, 0, 0], { nonce: readOffer(handoff.greeting.proof ?? '', { trusted: true }) });
    await until(() => heads.some(([kind]) => kind === KIND.proof) && handoff.lender.agreed);
    heads.length = 0;
  }
  const own = segment();
  return {
    heads,
    served,
    ends,
    handoff,
    segment: own,
    write,
    grant: (number, bytes = BYTES, way = own.grant) => write([KIND.grant, number, 0, bytes, way]),
    call: (id, ref) => {
      const head: Head = [KIND.call, id, 0, 't', 'm', null, 0, 0, 0, [ONE_ARGUMENT.length, ref]];
      connected.write(rawFrame(head, ONE_ARGUMENT));
    },
  };
}

/** It ended with that code, said so, and no call came of it. */
async function endsWith(code: string, { ends, heads, served }: Hostile): Promise<void> {
  await until(() => ends.length > 0);
  await until(() => heads.some(([kind]) => kind === KIND.goaway));
  expect(ends).toEqual([expect.objectContaining({ code })]);
  expect(heads.find(([kind]) => kind === KIND.goaway)).toMatchObject({ 3: code });
  expect(served).toEqual([]);
}

/** It can still refer to its segments, and gets them back. */
async function livesOn(one: Hostile): Promise<void> {
  one.grant(70);
  one.call(70, [70, 3, 4096, 5000]);
  await until(() => one.served.length > 0);
  const argument = one.served[0]?.args[0] as Uint8Array;
  expect(same(argument, pattern(BYTES, 9).subarray(4096, 9096))).toBe(true);
  one.served[0]?.resolve(null);
  await until(() => one.heads.some(([kind]) => kind === KIND.release));
  expect([one.ends, one.heads.find(([kind]) => kind === KIND.release)]).toEqual([
    [],
    [KIND.release, 70, FLAG.yours, 3],
  ]);
}

test('who has proved it may refer to what he has granted', async () => {
  await livesOn(await hostile());
});

const violations: [string, string, (one: Hostile, other: Hostile) => void][] = [
  ['a reference beyond the end', 'PROTOCOL', (one) => (one.grant(1), one.call(1, [1, 3, BYTES - 1, 2]))],
  ['a reference far outside', 'PROTOCOL', (one) => (one.grant(1), one.call(1, [1, 3, 2 ** 53 - 1, 8]))],
  ['an endless reference', 'TOO_LARGE', (one) => (one.grant(1), one.call(1, [1, 3, 8, 2 ** 53 - 1]))],
  ['an empty reference', 'PROTOCOL', (one) => (one.grant(1), one.call(1, [1, 3, 0, 0]))],
  ['a generation that is over', 'PROTOCOL', (one) => (one.grant(1), one.call(1, [1, 2, 0, 100]))],
  ['a generation to come', 'PROTOCOL', (one) => (one.grant(1), one.call(1, [1, 4, 0, 100]))],
  ['a segment that was never granted', 'PROTOCOL', (one) => one.call(1, [1, 3, 0, 100])],
  [
    'a segment that was withdrawn',
    'PROTOCOL',
    (one) => (one.grant(1), one.write([KIND.release, 1, 0, 0]), one.call(1, [1, 3, 0, 100])),
  ],
  [
    'the segment of another connection',
    'PROTOCOL',
    (one, other) => (other.grant(5), one.call(1, [5, 3, 0, 100])),
  ],
  [
    'a segment of the daemon’s own',
    'PROTOCOL',
    (one) => {
      const lent = one.handoff.lender.place(new Uint8Array(100_000));
      one.call(1, lent ?? 0);
    },
  ],
  ['a segment that is granted twice', 'PROTOCOL', (one) => (one.grant(1), one.grant(1))],
  [
    'a way that does not exist',
    'PROTOCOL',
    (one) => (one.grant(1, BYTES, 'tape:4'), one.call(1, [1, 3, 0, 100])),
  ],
  ['a way that is empty', 'PROTOCOL', (one) => (one.grant(1, BYTES, ''), one.call(1, [1, 3, 0, 100]))],
  ['a way of zeros', 'PROTOCOL', (one) => (one.grant(1, BYTES, '\0\0\0'), one.call(1, [1, 3, 0, 100]))],
  [
    'a way as long as a head',
    'PROTOCOL',
    (one) => (one.grant(1, 9, 'x'.repeat(16_000)), one.call(1, [1, 3, 0, 9])),
  ],
  [
    'the memory of another process',
    'PROTOCOL',
    (one) => (one.grant(1, BYTES, `memfd:${process.ppid}:0`), one.call(1, [1, 3, 0, 100])),
  ],
  [
    'a standard stream',
    'PROTOCOL',
    (one) => (one.grant(1, BYTES, `memfd:${process.pid}:1`), one.call(1, [1, 3, 0, 9])),
  ],
  [
    'a file that is no segment',
    'PROTOCOL',
    (one) => (one.grant(1, 100, 'file:/etc/passwd'), one.call(1, [1, 3, 0, 9])),
  ],
  ['a device', 'PROTOCOL', (one) => (one.grant(1, 100, 'file:/dev/zero'), one.call(1, [1, 3, 0, 9]))],
  [
    'more bytes than the segment has',
    'PROTOCOL',
    (one) => (one.grant(1, BYTES + 1), one.call(1, [1, 3, 0, 9])),
  ],
  [
    'fewer bytes than the segment has',
    'PROTOCOL',
    (one) => (one.grant(1, BYTES - 1), one.call(1, [1, 3, 0, 9])),
  ],
  ['no bytes', 'PROTOCOL', (one) => (one.grant(1, 0), one.call(1, [1, 3, 0, 1]))],
  ['a segment over the limit of bytes', 'TOO_LARGE', (one) => one.grant(1, 2 ** 30 + 1)],
  ['a segment of all bytes there are', 'TOO_LARGE', (one) => one.grant(1, 2 ** 53 - 1)],
  [
    'segments over the limit of their number',
    'TOO_LARGE',
    (one) => {
      for (let number = 1; number <= 9; number++) one.grant(number);
    },
  ],
  ['what was never out being given back', 'PROTOCOL', (one) => one.write([KIND.release, 1, FLAG.yours, 1])],
  [
    'what is out being given back twice',
    'PROTOCOL',
    (one) => {
      const [number, generation] = one.handoff.lender.place(new Uint8Array(100_000)) as SegmentRef;
      one.handoff.lender.commit();
      for (let time = 0; time < 2; time++) one.write([KIND.release, number, FLAG.yours, generation]);
    },
  ],
  [
    'a segment being withdrawn that was never granted',
    'PROTOCOL',
    (one) => one.write([KIND.release, 1, 0, 0]),
  ],
  [
    'a place of an unknown transfer',
    'PROTOCOL',
    (one) => (one.grant(1), one.write([KIND.place, 9, 0, 1, 3, 0])),
  ],
  [
    'a place after a chunk',
    'PROTOCOL',
    (one) => {
      one.grant(1);
      one.call(1, [9, 5000]);
      one.write([KIND.chunk, 9, 0, 0], 1);
      one.write([KIND.place, 9, 0, 1, 3, 0]);
    },
  ],
  [
    'a chunk after a place',
    'PROTOCOL',
    (one) => {
      one.grant(1);
      one.write([KIND.call, 1, 0, 't', 'm', null, 0, 0, 0, [1, [9, 5000], [10, 1]]], []);
      one.write([KIND.place, 9, 0, 1, 3, 0]);
      one.write([KIND.chunk, 9, 0, 0], 1);
    },
  ],
  [
    'a place outside',
    'PROTOCOL',
    (one) => (one.grant(1), one.call(1, [9, 5000]), one.write([KIND.place, 9, 0, 1, 3, BYTES - 4999])),
  ],
  [
    'a place in a generation that is over',
    'PROTOCOL',
    (one) => (one.grant(1), one.call(1, [9, 5000]), one.write([KIND.place, 9, 0, 1, 2, 0])),
  ],
  [
    'a second proof with another number',
    'PROTOCOL',
    (one) => one.write([KIND.proof, 0, 0], { nonce: new Uint8Array(16) }),
  ],
];

test.each(violations)('%s ends its connection with %s, and no other', async (_what, code, act) => {
  const [one, other] = [await hostile({ segmentBytes: 2 ** 30, segments: 8 }), await hostile()];
  act(one, other);
  await endsWith(code, one);
  await livesOn(other);
});

test('a segment that is withdrawn while a method reads it ends the connection, and stays readable', async () => {
  const one = await hostile();
  one.grant(1);
  one.call(1, [1, 3, 0, BYTES]);
  await until(() => one.served.length > 0);
  one.write([KIND.release, 1, 0, 0]);
  await until(() => one.ends.length > 0);
  expect(one.ends).toMatchObject([{ code: 'PROTOCOL' }]);
  one.segment.remove();
  const argument = one.served[0]?.args[0] as Uint8Array;
  expect(same(argument, pattern(BYTES, 9))).toBe(true);
  one.served[0]?.resolve(null);
  expect(argument.length).toBe(0);
});

test('a segment that is gone fails the call that refers to it, is given back, and the connection stays', async () => {
  const one = await hostile();
  one.segment.remove();
  const gone = one.segment.grant.startsWith('memfd:') ? `memfd:${process.pid}:999999` : one.segment.grant;
  one.grant(1, BYTES, gone);
  one.call(1, [1, 3, 0, 100]);
  await until(() => one.heads.length === 2);
  expect(one.heads).toEqual([
    [KIND.release, 1, FLAG.yours, 3],
    [KIND.error, 1, FLAG.yours, 'NO_SPACE', 'no', []],
  ]);
  expect([one.served, one.ends]).toEqual([[], []]);
});

test('a call whose body does not name what its head refers to fails alone, and all is given back', async () => {
  const one = await hostile();
  one.grant(1);
  one.write([KIND.call, 1, 0, 't', 'm', null, 0, 0, 0, [1, [1, 3, 0, 100], [1, 3, 0, 100]]], []);
  await until(() => one.heads.some(([kind]) => kind === KIND.error));
  await turns();
  expect(one.heads.filter(([kind]) => kind === KIND.release)).toHaveLength(2);
  expect([one.served, one.ends]).toEqual([[], []]);
  expect(one.handoff.status().in.granted).toBe(0);
});

describe('who has not proved that he can be read', () => {
  test('is answered with the reason when he offers nothing, and may grant nothing', async () => {
    const { connected, accepted } = await socketPair();
    const ends: SameboxError[] = [];
    const peer = new Peer(() => undefined, { onGoaway: () => undefined, onEnd: (end) => ends.push(end) });
    const connection = new Connection(accepted, 'a client', DEFAULT_LIMITS, 'accepted');
    const handoff = session('auto', DEFAULT_LIMITS, false).over(connection, process.pid);
    peer.attach(connection);
    const heads = readHeads(connected);
    handoff.greeted([HANDOFF], {});
    await until(() => heads.length > 0);
    connected.write(frameBytes([KIND.grant, 1, 0, BYTES, segment().grant]));
    await until(() => ends.length > 0);
    expect(ends).toMatchObject([{ code: 'PROTOCOL' }]);
  });

  test('gets nothing by shared memory, whatever reason he gives', async () => {
    const one = await hostile({}, false);
    one.write([KIND.proof, 0, 0], { reason: 'another machine' });
    await until(() => one.handoff.status().out.reason === 'another machine');
    expect([one.handoff.lender.agreed, one.ends]).toEqual([false, []]);
    await livesOn(one); // His own memory can be read all the same.
  });

  test.each<[string, unknown]>([
    ['a wrong number', { nonce: new Uint8Array(16) }],
    ['a short number', { nonce: new Uint8Array(1) }],
    ['a text', { nonce: 'sixteen letters.' }],
  ])('with %s ends the connection', async (_what, proof) => {
    const one = await hostile({}, false);
    one.write([KIND.proof, 0, 0], proof);
    await endsWith('PROTOCOL', one);
  });

  test('with a proof that can not be decoded ends the connection', async () => {
    const { connected, accepted } = await socketPair();
    const ends: SameboxError[] = [];
    const peer = new Peer(() => undefined, { onGoaway: () => undefined, onEnd: (end) => ends.push(end) });
    peer.attach(new Connection(accepted, 'a client', DEFAULT_LIMITS, 'accepted'));
    connected.write(rawFrame([KIND.proof, 0, 0], Buffer.from('9fff', 'hex')));
    connected.resume();
    await until(() => ends.length > 0);
    expect(ends).toMatchObject([{ code: 'PROTOCOL' }]);
  });
});
