import { SameboxError } from '../../../src/errors';
import { FLAG, KIND, type AttachmentList, type CallHead, type Head } from '../../../src/frames';
import { CHUNK_BYTES, DEFAULT_LIMITS, type Limits } from '../../../src/limits';
import { IS_WINDOWS } from '../../../src/os';
import type { CompleteFrame } from '../../../src/peer/arrivals';
import { Connection, type ConnectionSide } from '../../../src/peer/connection';
import { frameBytes, readHeads } from './support/rig';
import { closeSockets, socketPair, turns, until } from './support/sockets';

const MiB = 1024 * 1024;

interface End {
  connection: Connection;
  frames: CompleteFrame[];
  ends: SameboxError[];
}

function end(
  socket: Connection['socket'],
  side: ConnectionSide,
  limits: Partial<Limits> = {},
  onFrame: (head: Head) => void = () => undefined,
): End {
  const frames: End['frames'] = [];
  const ends: SameboxError[] = [];
  const connection = new Connection(socket, side, { ...DEFAULT_LIMITS, ...limits }, side);
  connection.handler = {
    onFrame: (frame) => {
      frames.push({ ...frame, body: Buffer.from(frame.body) });
      onFrame(frame.head);
    },
    onEnd: (reason) => ends.push(reason),
  };
  return { connection, frames, ends };
}

async function pair(): Promise<{ here: End; there: End }> {
  const { connected, accepted } = await socketPair();
  return { here: end(connected, 'connected'), there: end(accepted, 'accepted') };
}

const call = (id: number, member = 'm', attachments: AttachmentList = []): CallHead => [
  KIND.call,
  id,
  0,
  't',
  member,
  null,
  0,
  0,
  0,
  attachments,
];
const args = (value: unknown): { value: unknown; root: string } => ({ value, root: 'args' });

afterEach(closeSockets);

test('all frames of one tick leave in one write', async () => {
  const { connected, accepted } = await socketPair();
  const { connection } = end(connected, 'connected');
  const pieces: number[] = [];
  accepted.on('data', (piece: Buffer) => pieces.push(piece.length));
  const write = jest.spyOn(connected, 'write');
  for (let id = 1; id <= 100; id++) connection.send(call(id), args([id]));
  await until(() => pieces.length > 0);
  expect(write).toHaveBeenCalledTimes(1);
  expect(pieces).toHaveLength(1);
});

test('an attachment of 64 MiB lets small frames pass', async () => {
  const { here, there } = await pair();
  const large = new Float64Array(8 * MiB).fill(0.5);
  here.connection.send(call(1, 'large'), args([large]), 1);
  let small = 1;
  const arrivedBefore: number[] = [];
  while (!there.frames.some(({ head }) => head[3] === 'large' || head[4] === 'large')) {
    here.connection.send([KIND.ping, ++small, 0]);
    await new Promise((resolve) => setImmediate(resolve));
    arrivedBefore.push(there.frames.length);
  }
  expect(Math.max(...arrivedBefore)).toBeGreaterThan(50);
  const { attachments } = there.frames.find(({ head }) => head[0] === KIND.call)!;
  expect(Buffer.from((attachments[0] as Uint8Array).buffer).equals(Buffer.from(large.buffer))).toBe(true);
});

test('a frame leaves before its chunks, also while other chunks are on their way', async () => {
  const { connected, accepted } = await socketPair();
  const { connection } = end(connected, 'connected');
  const there = end(accepted, 'accepted');
  for (let id = 1; id <= 40; id++) {
    // In the place where Node says that a write is done, before this tick's frames are flushed.
    connected.write(Buffer.alloc(0), () => undefined);
    connection.send(call(id), args([new Uint8Array(CHUNK_BYTES + id)]), id);
    connection.onTaken();
    if (id % 3 === 0) await Promise.resolve();
    if (id % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => there.frames.length === 40);
  expect(there.ends).toEqual([]);
});

test('attachments that are dropped end with their frame, however far they have come', async () => {
  const { here, there } = await pair();
  for (let id = 1; id <= 30; id++) {
    here.connection.send(
      call(id),
      args([new Uint8Array(4 * CHUNK_BYTES), new Uint8Array(2 * CHUNK_BYTES)]),
      id,
    );
    if (id % 2 === 0) await turns(id % 5);
    if (id % 3 === 0) here.connection.dropTransfers(id);
  }
  here.connection.send(call(31), args([]));
  await until(() => there.frames.some(({ head }) => head[1] === 31));
  expect(there.ends).toEqual([]);
  const ids = there.frames.map(({ head }) => head[1]);
  for (let id = 1; id <= 30; id++) if (id % 3 !== 0) expect(ids).toContain(id);
});

test('what cannot be sent leaves no transfer behind', async () => {
  const { here, there } = await pair();
  here.connection.peerLimits = { ...DEFAULT_LIMITS, headBytes: 4096 };
  const many = Array.from({ length: 800 }, () => new Uint8Array(5000));
  expect(() => here.connection.send(call(1), args(many), 1)).toThrow(
    expect.objectContaining({ code: 'TOO_LARGE' }),
  );
  expect(() => here.connection.send(call(1, 'x'.repeat(5000)), args([new Uint8Array(100_000)]), 1)).toThrow(
    expect.objectContaining({ code: 'TOO_LARGE' }),
  );
  here.connection.send(call(1), args([new Uint8Array(100_000)]), 1);
  await until(() => there.frames.length === 1);
  expect(there.ends).toEqual([]);
});

test('a frame with its inline attachments stays within the limit of the other side', async () => {
  const { connected, accepted } = await socketPair();
  const here = end(connected, 'connected');
  const there = end(accepted, 'accepted', { frameBytes: MiB });
  here.connection.peerLimits = { ...DEFAULT_LIMITS, frameBytes: MiB };
  const attachments = Array.from({ length: 5 }, (_, index) => new Uint8Array(60_000).fill(index));
  for (const [index, room] of [70_000, 50_000, 2000, 400].entries())
    here.connection.send(call(index + 1), args(['x'.repeat(MiB - room), ...attachments]), index + 1);
  expect(() => here.connection.send(call(9), args(['x'.repeat(MiB - 60), ...attachments]), 9)).toThrow(
    expect.objectContaining({ code: 'TOO_LARGE' }),
  );
  await until(() => there.frames.length === 4);
  expect(there.ends).toEqual([]);
  for (const frame of there.frames)
    expect(frame.attachments.map((bytes) => (bytes as Uint8Array)[0])).toEqual([0, 1, 2, 3, 4]);
});

test('a getter that sends something while it is read is refused, and the stream stays whole', async () => {
  const { here, there } = await pair();
  let inner: unknown;
  const value = {
    get reading(): number {
      try {
        here.connection.send(call(2), args([]));
      } catch (error) {
        inner = error;
      }
      return 1;
    },
  };
  here.connection.send(call(1), args([value]));
  expect(inner).toMatchObject({ code: 'UNENCODABLE' });
  here.connection.send(call(2), args([]));
  await until(() => there.frames.length === 2);
});

test('a name that is no text is refused before anything is sent', async () => {
  const { here, there } = await pair();
  expect(() => here.connection.send(call(1, '\ud800'), args([]))).toThrow(
    expect.objectContaining({ code: 'UNENCODABLE' }),
  );
  here.connection.send(call(1, 'µ'), args([]));
  await until(() => there.frames.length === 1);
  expect(there.frames[0]!.head[4]).toBe('µ');
});

const badBytes: [string, string, Buffer][] = [
  ['an oversize length', 'TOO_LARGE', Buffer.from('ffffffff', 'hex')],
  ['a head that is none', 'PROTOCOL', Buffer.from('000000040002ffff', 'hex')],
  ['a name that is no UTF-8', 'PROTOCOL', Buffer.from('000000070005841000' + '61ff', 'hex')],
  ['a chunk of nothing', 'PROTOCOL', frameBytes([KIND.chunk, 1, 0, 0])],
  ['an aborted chunk with bytes', 'PROTOCOL', frameBytes([KIND.chunk, 1, FLAG.aborted, 0], 'bytes')],
];
test.each(badBytes)(
  '%s: the other side is told why, then the connection ends',
  async (_name, code, bytes) => {
    const { connected, accepted } = await socketPair();
    const there = end(accepted, 'accepted');
    const heads = readHeads(connected);
    connected.write(bytes);
    await until(() => connected.destroyed || connected.readableEnded);
    expect(heads).toEqual([[KIND.goaway, 1, 0, code]]);
    await until(() => there.ends.length > 0);
    expect(there.ends[0]!.code).toBe(code);
    expect(there.connection.open).toBe(false);
  },
);

test('the reason is sent whatever it says', async () => {
  const { connected, accepted } = await socketPair();
  const heads = readHeads(connected);
  const { connection, ends } = end(accepted, 'accepted');
  connection.end(new SameboxError('INTERNAL', 'odd \ud800', { details: { made: () => 1 } }));
  await until(() => ends.length > 0);
  expect(heads).toEqual([[KIND.goaway, 1, 0, 'INTERNAL']]);
});

test('what a handler throws ends the connection with the reason', async () => {
  const { connected, accepted } = await socketPair();
  const there = end(accepted, 'accepted', {}, () => {
    throw new SameboxError('INCOMPATIBLE', 'no');
  });
  const heads = readHeads(connected);
  connected.write(frameBytes(call(1), []));
  await until(() => there.ends.length > 0);
  expect(heads).toEqual([[KIND.goaway, 2, 0, 'INCOMPATIBLE']]);
});

test('frames after the end of a connection are neither read nor sent', async () => {
  const { here, there } = await pair();
  there.connection.end(new SameboxError('DRAINING', 'going'));
  there.connection.send([KIND.ping, 1, 0]);
  here.connection.send(call(1), args([]));
  await until(() => here.ends.length > 0 && there.ends.length > 0);
  expect(there.frames).toEqual([]);
  expect(here.frames.map(({ head }) => head[0])).toEqual([KIND.goaway]);
  expect(there.ends).toHaveLength(1);
});

test('a client that does not read is read from no longer, and read again once it reads', async () => {
  const { connected, accepted } = await socketPair();
  const there = end(accepted, 'accepted', { pendingHighWater: MiB }, (head) =>
    there.connection.send([KIND.result, head[1], FLAG.yours, []], {
      value: 'x'.repeat(100_000),
      root: 'result',
    }),
  );
  let id = 0;
  const ask = (): void => {
    for (let count = 0; count < 50; count++) connected.write(frameBytes(call(++id), ['y'.repeat(10_000)]));
  };
  for (let round = 0; round < 40 && !accepted.isPaused(); round++) {
    ask();
    await turns(5);
  }
  expect(accepted.isPaused()).toBe(true);
  const before = there.frames.length;
  ask();
  await turns(20);
  expect(there.frames.length).toBe(before);
  // A socket gives what its buffer holds, a pipe of Windows all that was asked in one write.
  expect(there.connection.pendingBytes).toBeLessThan((IS_WINDOWS ? 7 : 3) * MiB);
  const heads = readHeads(connected);
  await until(() => heads.length === id);
});

test('a client that never reads is given up', async () => {
  const { accepted } = await socketPair();
  const there = end(accepted, 'accepted', { pendingBytes: 2 * MiB });
  for (let id = 1; id < 100 && there.ends.length === 0; id++) {
    there.connection.send([KIND.result, id, FLAG.yours, []], { value: 'x'.repeat(100_000), root: 'result' });
    await turns(2);
  }
  expect(there.ends).toMatchObject([{ code: 'CONNECTION_LOST' }]);
});

test('two sides that send each other more than the socket holds do not wait for each other', async () => {
  const { connected, accepted } = await socketPair();
  const there = end(accepted, 'accepted', { pendingHighWater: MiB }, (head) =>
    there.connection.send([KIND.result, head[1], FLAG.yours, []], {
      value: 'x'.repeat(500_000),
      root: 'result',
    }),
  );
  const here = end(connected, 'connected', { pendingHighWater: MiB });
  for (let id = 1; id <= 40; id++) here.connection.send(call(id), args(['y'.repeat(500_000)]));
  await until(() => here.frames.length === 40);
});

test('the end of the other side is CONNECTION_LOST, once', async () => {
  const { here, there } = await pair();
  there.connection.socket.destroy();
  await until(() => here.ends.length > 0);
  expect(here.ends).toMatchObject([{ code: 'CONNECTION_LOST', details: { endpoint: 'connected' } }]);
  here.connection.end(new SameboxError('CANCELLED', 'late'));
  here.connection.destroy(new SameboxError('CANCELLED', 'late'));
  await turns();
  expect(here.ends).toHaveLength(1);
});
