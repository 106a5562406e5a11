// Every limit, reached at a live daemon by a client that sends what no good client would, with the answer that is promised. A
// limit without a test here is a type error. A good client beside it notices nothing.
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Client } from '../../../client';
import { expose } from '../../../daemon/box/expose';
import { ByteWriter } from '../../../src/cbor/byte-writer';
import { KIND, writeFrame } from '../../../src/frames';
import { DEFAULT_LIMITS, LIMIT_MEANINGS, type Limits } from '../../../src/limits';
import { IS_WINDOWS } from '../../../src/os';
import { placing } from '../../support/placers';
import { call, frame, hello, RawClient } from '../session/raw-client';
import { House, rejection } from './house';

let house: House;
let raws: RawClient[];
let good: Client;
/** Ends the calls that hang. */
let end: () => void;

beforeEach(() => {
  house = new House();
  raws = [];
});
afterEach(async () => {
  end();
  for (const raw of raws) raw.destroy();
  await house.close();
});

/** A daemon with these limits, and its good client. */
async function start(limits: Partial<Limits>): Promise<void> {
  const ended = new Promise<void>((resolve) => (end = resolve));
  const it = {
    echo: (value: unknown) => value,
    hang: (..._: unknown[]) => ended,
    text: (length: number) => 'x'.repeat(length),
    make: (length: number) => new Uint8Array(length).fill(7),
  };
  const open = { concurrency: Infinity };
  const targets = { it: expose(it, open), one: expose(it, {}), own: expose(it, { maxQueue: 3 }) };
  await house.daemon(targets, { limits });
  good = await house.client();
}

async function connected(): Promise<RawClient> {
  const raw = await RawClient.connect(house.path);
  raws.push(raw);
  return raw;
}

async function greeted(): Promise<RawClient> {
  const raw = await RawClient.greeted(house.path);
  raws.push(raw);
  return raw;
}

/** What is sent ends its connection with this code. */
async function endsWith(code: string, ...frames: Buffer[]): Promise<void> {
  const raw = await greeted();
  raw.write(Buffer.concat(frames));
  expect((await raw.shownOut()).code).toBe(code);
}

/** The last of the calls, which are numbered from 1, is answered with this error, and the connection stays. */
async function lastFailsWith(code: string, ...calls: Buffer[]): Promise<void> {
  const raw = await greeted();
  raw.write(Buffer.concat([...calls, call(calls.length + 1, '$daemon', 'logLevel')]));
  const { head } = await raw.frame(KIND.error);
  expect(head.slice(1, 5)).toEqual([calls.length, 1, code, 'no']);
}

/** A call with attachments of so many bytes each, none of which comes. */
function announcing(id: number, text: string, ...bytes: number[]): Buffer {
  const writer = new ByteWriter();
  let transfer = id * 100;
  const body = { value: [text, ...bytes.map((length) => new Uint8Array(length))], root: 'args' };
  const head = [KIND.call, id, 0, 'it', 'hang', null, 0, 0, 64, []] as const;
  writeFrame(
    writer,
    head,
    body,
    DEFAULT_LIMITS,
    placing((array) => [++transfer, array.length]),
  );
  return Buffer.concat(writer.take());
}

function prefix(length: number, headLength: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt32BE(length);
  bytes.writeUInt16BE(headLength, 4);
  return bytes;
}

/** Large arrays go both ways, whatever way they take. */
async function arraysCross(client: Client): Promise<void> {
  for (const length of [300_000, 2_000_000]) {
    const sent = new Uint8Array(length).fill(9);
    expect(Buffer.compare((await client.call('it', 'echo', [sent])) as Uint8Array, sent)).toBe(0);
    expect(((await client.call('it', 'make', [length])) as Uint8Array)[length - 1]).toBe(7);
  }
}

/** The first of these calls is answered, and what is kept of that goes: only that it has run is known then. */
async function firstIsForgotten(...calls: Buffer[]): Promise<void> {
  const raw = await greeted();
  raw.write(Buffer.concat(calls));
  while (raw.frames.filter(({ head }) => head[0] === KIND.result).length < calls.length)
    await once(raw.socket, 'data');
  raw.write(frame([KIND.claim, 1, 0, 0, 0, 0]));
  expect((await raw.frame(KIND.error)).head.slice(1, 5)).toEqual([1, 1, 'OUTCOME_UNKNOWN', 'yes']);
}

/** A client that may come back loses its socket, with an answer that it hasn't acknowledged; its session is over in the end. */
async function sessionEnds(session: object): Promise<void> {
  const raw = await connected();
  raw.write(hello({ features: ['resume'], session }));
  await raw.frame(KIND.welcome);
  raw.write(call(1, 'it', 'echo', ['kept']));
  await raw.frame(KIND.result);
  raw.destroy();
  await house.log(/raw \(pid \d+\) is cut off/);
  await house.log(/raw \(pid \d+\) left/);
}

const REACHED: Record<keyof Limits, () => Promise<void>> = {
  keptResults: async () => {
    await start({ keptResults: 1 });
    await firstIsForgotten(call(1, 'it', 'echo', ['a']), call(2, 'it', 'echo', ['b']));
  },
  keptBytes: async () => {
    await start({ keptBytes: 100 });
    await firstIsForgotten(call(1, 'it', 'text', [200]));
  },
  keptTotalBytes: async () => {
    await start({ keptTotalBytes: 100 });
    await firstIsForgotten(call(1, 'it', 'text', [200]));
  },
  resumeWindow: async () => {
    await start({ resumeWindow: 1 });
    await sessionEnds({});
  },
  namedResultAge: async () => {
    await start({ resumeWindow: 1, namedResultAge: 1 });
    await sessionEnds({ name: 'notebook' });
  },
  frameBytes: async () => {
    await start({ frameBytes: 1_048_576 });
    await endsWith('TOO_LARGE', prefix(1_048_576, 4));
  },
  headBytes: async () => {
    await start({ headBytes: 4096 });
    await endsWith('PROTOCOL', prefix(10_000, 4097));
  },
  depth: async () => {
    await start({ depth: 4 });
    await lastFailsWith('TOO_LARGE', call(1, 'it', 'echo', [[[[[1]]]]]));
  },
  items: async () => {
    await start({ items: 100 });
    await lastFailsWith('TOO_LARGE', call(1, 'it', 'echo', [Array.from({ length: 200 }, () => 1)]));
  },
  attachments: async () => {
    await start({ attachments: 16 });
    await endsWith('TOO_LARGE', announcing(1, '', ...Array<number>(17).fill(70_000)));
  },
  arrivingBytes: async () => {
    await start({ arrivingBytes: 200_000 });
    await endsWith('TOO_LARGE', announcing(1, '', 100_000), announcing(2, '', 100_001));
  },
  heldBytes: async () => {
    await start({ heldBytes: 1000 });
    await endsWith('TOO_LARGE', announcing(1, 'x'.repeat(1000), 70_000));
  },
  heldFrames: async () => {
    await start({ heldFrames: 3 });
    await endsWith('TOO_LARGE', announcing(1, '', 70_000), announcing(2, '', 70_000));
  },
  argumentBytes: async () => {
    await start({ argumentBytes: 1000 });
    await lastFailsWith('BUSY', call(1, 'it', 'hang', ['x'.repeat(1001)]), call(2, 'it', 'echo', [1]));
  },
  callsInFlight: async () => {
    await start({ callsInFlight: 2 });
    const hang = (id: number): Buffer => call(id, 'it', 'hang');
    await lastFailsWith('BUSY', hang(1), hang(2), hang(3));
  },
  pendingHighWater: async () => {
    await start({ pendingHighWater: 1_000_000 });
    const deaf = await greeted();
    deaf.socket.pause();
    for (let id = 1; id <= 200; id++) deaf.write(call(id, 'one', 'text', [100_000]));
    for (let round = 0; round < 50; round++) await good.call('it', 'echo', [round]);
    const [, session] = (await good.status()).sessions;
    // A pipe of Windows takes an answer whole, with what it counts for.
    expect(session?.pendingBytes).toBeGreaterThan(IS_WINDOWS ? 800_000 : 1_000_000);
    expect(session?.pendingBytes).toBeLessThan(1_300_000);
  },
  pendingBytes: async () => {
    await start({ pendingBytes: 1_000_000 });
    const deaf = await greeted();
    deaf.socket.pause();
    deaf.write(call(1, 'it', 'text', [20_000_000]));
    expect(await house.log(/does not read \(pendingBytes\)/)).toMatchObject({ code: 'CONNECTION_LOST' });
  },
  segmentBytes: async () => {
    await start({ segmentBytes: 0 });
    await arraysCross(good);
    expect((await good.status()).sessions[0]?.handoff.in).toMatchObject({ segments: 0, mapped: 0 });
  },
  segments: async () => {
    await start({ segments: 1 });
    await arraysCross(good);
    expect((await good.status()).sessions[0]?.handoff.in.segments).toBeLessThanOrEqual(1);
  },
  sharedBytes: async () => {
    await start({ sharedBytes: 1 });
    await arraysCross(good);
    expect((await good.status()).segments).toMatchObject({ segments: 0, mapped: 0, limit: 1 });
  },
  sharedSegments: async () => {
    await start({ sharedSegments: 1 });
    await arraysCross(good);
    await arraysCross(await house.client());
    expect((await good.status()).segments.segments).toBeLessThanOrEqual(1);
  },
  sessions: async () => {
    await start({ sessions: 2 });
    const second = await house.client();
    const error = await rejection(house.client({ timeout: 0 }));
    expect(error).toMatchObject({ code: 'BUSY', ran: 'no', message: expect.stringContaining('(sessions)') });
    await second.close();
    expect(await (await house.client()).call('it', 'echo', [3])).toBe(3);
  },
  connectionsPerUser: async () => {
    await start({ connectionsPerUser: 3 });
    const silent = await connected();
    await connected();
    const refused = await connected();
    refused.write(hello());
    const { code, body } = await refused.shownOut();
    expect(code).toBe('BUSY');
    expect(body).toMatchObject({ message: expect.stringContaining('(connectionsPerUser)') });
    silent.socket.end();
    await silent.closed;
    expect(await (await house.client()).call('it', 'echo', ['in'])).toBe('in');
  },
  silentConnections: async () => {
    await start({ silentConnections: 2 });
    const silent = [await connected(), await connected(), await connected()];
    const out = await Promise.race(silent.map((raw) => raw.shownOut()));
    expect(out).toMatchObject({ code: 'BUSY', body: { message: expect.stringContaining('said nothing') } });
    expect(await house.log(/was refused: closed: this connection said nothing/)).toMatchObject({
      code: 'BUSY',
    });
    expect((await good.status()).counters).toMatchObject({ silent: 2, refused: 1 });
  },
  lowLatencySessions: async () => {
    await start({ lowLatencySessions: 0 });
    const client = await house.client({ latency: 'low' });
    expect(client.latency).toBe('normal');
    expect(await client.call('it', 'echo', [3])).toBe(3);
  },
  hotPercent: async () => {
    await start({ hotPercent: 0 });
    const client = await house.client({ latency: 'low', limits: { hotPercent: 0 } });
    const turns = jest.spyOn(globalThis, 'setImmediate');
    for (let round = 0; round < 20; round++) await client.call('it', 'echo', [round]);
    // One look after each thing that comes or goes at either end, and no more: without the limit there would be thousands.
    expect(turns.mock.calls.length).toBeLessThanOrEqual(20 * 4);
    turns.mockRestore();
  },
  maxQueue: async () => {
    await start({ maxQueue: 1 });
    const outcomes = (target: string): Promise<string>[] =>
      Array.from({ length: 5 }, () =>
        good.call(target, 'hang').then(
          () => 'done',
          ({ code }: { code: string }) => code,
        ),
      );
    const both = [...outcomes('one'), ...outcomes('own')];
    await good.call('$daemon', 'targets');
    end();
    expect(await Promise.all(both)).toEqual([
      ...['done', 'done', 'BUSY', 'BUSY', 'BUSY'],
      ...['done', 'done', 'done', 'done', 'BUSY'],
    ]);
  },
};

test.each(Object.entries(REACHED))(
  'the limit %s is reached, and what is promised happens',
  async (_name, reach) => {
    await reach();
    expect(await good.call('it', 'echo', ['still here'])).toBe('still here');
    expect(good.session).toBe(1);
  },
);

test('no limit is forgotten', () => {
  const all = Object.keys(REACHED);
  end = () => undefined;
  expect(all.sort()).toEqual(Object.keys(LIMIT_MEANINGS).sort());
});

test('connections that are refused by the hundred are cut in the end, and told of in the log once', async () => {
  await start({ connectionsPerUser: 1 });
  const sockets = Array.from({ length: 200 }, () =>
    connect(house.path)
      .on('error', () => undefined)
      .resume(),
  );
  await Promise.all(sockets.map((socket) => once(socket, 'close')));
  // The daemon's side of the last ones may close a moment later.
  while ((await good.status()).counters.refused < 200);
  expect((await good.status()).counters).toMatchObject({ connections: 201, refused: 200 });
  expect(house.entries.filter(({ msg }) => msg.includes('was refused'))).toHaveLength(1);
});
