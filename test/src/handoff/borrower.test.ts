import { FLAG, KIND, type SegmentRef } from '../../../src/frames';
import { SameboxError } from '../../../src/errors';
import { Borrower, type BorrowerOptions } from '../../../src/handoff/borrower';
import { Loan } from '../../../src/handoff/loan';
import { LocalArray } from '../../../src/segments/local-array';
import type { OwnSegment, ReadSegment } from '../../../src/segments/memory';
import { openSegment } from '../../../src/segments/segment-ways';
import { keep, release } from '../../../src/values/ownership';
import { collected } from '../../support/collect';
import { expectAllRemoved, pattern, realMaker, realPool, same } from '../../support/real-segments';
import { deliver, lending, some } from './support/lending';

const failing = (code: string): Error =>
  expect.objectContaining({ code, constructor: SameboxError }) as Error;
const LIMITS = { segmentBytes: 2 ** 31, segments: 256 };

/** A borrower whose segments are opened by `open`. */
function borrowerOf(
  open: BorrowerOptions['open'],
  limits: BorrowerOptions['limits'] = LIMITS,
): { borrower: Borrower; back: unknown[] } {
  const back: unknown[] = [];
  const borrower = new Borrower({
    limits,
    open,
    trusted: false,
    pid: process.pid,
    send: (head) => back.push(head),
  });
  return { borrower, back };
}

const made: OwnSegment[] = [];
afterEach(() => {
  for (const segment of made.splice(0)) segment.remove();
});

/** A real segment of 100000 bytes in generation 3, granted as number 7. */
function granted(flags = 0): { borrower: Borrower; back: unknown[]; segment: OwnSegment } {
  const segment = realMaker().create(100_000, { published: flags !== 0 }) as OwnSegment;
  made.push(segment);
  segment.generation = 3;
  new Uint8Array(segment.view(0, 100_000)).set(pattern(100_000, 1));
  const rig = borrowerOf(openSegment);
  rig.borrower.onGrant([KIND.grant, 7, flags, 100_000, segment.grant]);
  return { ...rig, segment };
}

test('what is delivered is the memory of the other side itself', () => {
  const { borrower, back, segment } = granted();
  const { bytes, loan } = deliver(borrower, [7, 3, 4096, 5000]);
  expect(same(bytes, pattern(100_000, 1).subarray(4096, 9096))).toBe(true);
  expect([bytes.byteOffset, bytes.buffer.byteLength]).toEqual([0, 5000]);
  bytes[0] = 99;
  expect(new Uint8Array(segment.view(4096, 1))[0]).toBe(99);
  expect(back).toEqual([]);
  loan.end();
  expect(bytes.length).toBe(0);
  expect(back).toEqual([[KIND.release, 7, FLAG.yours, 3]]);
  loan.end();
  expect(back).toHaveLength(1);
});

test('what is written into a published segment, nobody else sees', () => {
  const { borrower, segment } = granted(FLAG.published);
  const { bytes, loan } = deliver(borrower, [7, 3, 0, 100]);
  const before = bytes[0];
  bytes[0] = (before as number) ^ 0xff;
  expect(new Uint8Array(segment.view(0, 1))[0]).toBe(before);
  loan.end();
});

const outside: [string, SegmentRef][] = [
  ['is empty', [7, 3, 0, 0]],
  ['is empty at the end', [7, 3, 100_000, 0]],
  ['begins at the end', [7, 3, 100_000, 1]],
  ['begins beyond the end', [7, 3, 2 ** 40, 1]],
  ['ends beyond the end', [7, 3, 99_999, 2]],
  ['is longer than the segment', [7, 3, 0, 100_001]],
  ['is as long as numbers go', [7, 3, 1, 2 ** 53 - 1]],
  ['begins where numbers end', [7, 3, 2 ** 53 - 1, 2 ** 53 - 1]],
  ['is of an earlier generation', [7, 2, 0, 100]],
  ['is of a later generation', [7, 4, 0, 100]],
  ['is of another segment', [8, 3, 0, 100]],
];
test.each(outside)('a reference that %s is a violation, and takes no hold', (_what, ref) => {
  const { borrower, back } = granted();
  const loan = new Loan();
  expect(() => borrower.borrow(ref, loan)).toThrow(failing('PROTOCOL'));
  loan.end();
  expect([back, borrower.status().granted]).toEqual([[], 0]);
});

test('a generation that falls is a violation, whatever the header says', () => {
  const { borrower, segment } = granted();
  deliver(borrower, [7, 3, 0, 100]).loan.end();
  segment.generation = 2;
  expect(() => borrower.borrow([7, 2, 0, 100], new Loan())).toThrow(failing('PROTOCOL'));
});

test('a reference to what was withdrawn is a violation', () => {
  const { borrower } = granted();
  borrower.onWithdraw([KIND.release, 7, 0, 0]);
  expect(() => borrower.borrow([7, 3, 0, 100], new Loan())).toThrow(failing('PROTOCOL'));
  expect(() => borrower.onWithdraw([KIND.release, 7, 0, 0])).toThrow(failing('PROTOCOL'));
});

test('a segment that is withdrawn while something of it is held is a violation', () => {
  const { borrower } = granted();
  const { bytes, loan } = deliver(borrower, [7, 3, 0, 100]);
  expect(() => borrower.onWithdraw([KIND.release, 7, 0, 0])).toThrow(failing('PROTOCOL'));
  borrower.end();
  expect(same(bytes, pattern(100, 1))).toBe(true);
  loan.end();
});

test('a number that is granted twice is a violation, also after a grant that failed', () => {
  const { borrower } = granted();
  expect(() => borrower.onGrant([KIND.grant, 7, 0, 1, 'memfd:1:1'])).toThrow(failing('PROTOCOL'));
  borrower.onGrant([KIND.grant, 8, 0, 100, 'nonsense']);
  expect(() => borrower.onGrant([KIND.grant, 8, 0, 100, 'nonsense'])).toThrow(failing('PROTOCOL'));
});

test('segments over the limits are a violation, and those that were withdrawn no longer count', () => {
  const opened: string[] = [];
  const open = (grant: string): ReadSegment => {
    opened.push(grant);
    const nothing = {
      read: async () => new Uint8Array(0),
      generation: async () => 0,
      close: () => undefined,
    };
    return { way: 'file', bytes: 60, ...nothing };
  };
  const { borrower } = borrowerOf(open, { segmentBytes: 100, segments: 2 });
  borrower.onGrant([KIND.grant, 1, 0, 60, 'one']);
  expect(() => borrower.onGrant([KIND.grant, 2, 0, 41, 'too many bytes'])).toThrow(failing('TOO_LARGE'));
  borrower.onGrant([KIND.grant, 2, 0, 40, 'two']);
  expect(() => borrower.onGrant([KIND.grant, 3, 0, 0, 'too many'])).toThrow(failing('TOO_LARGE'));
  borrower.onWithdraw([KIND.release, 1, 0, 0]);
  borrower.onGrant([KIND.grant, 3, 0, 60, 'three']);
  expect(opened).toEqual(['one', 'two', 'three']);
});

test.each(['NO_SPACE', 'DENIED', 'TOO_LARGE'] as const)(
  'a segment that can not be opened for %s fails what refers to it, and is given back',
  (code) => {
    const reason = new SameboxError(code, 'no');
    const { borrower, back } = borrowerOf(() => {
      throw reason;
    });
    borrower.onGrant([KIND.grant, 7, 0, 100, 'memfd:1:1']);
    const loan = new Loan();
    expect(borrower.borrow([7, 3, 0, 100], loan)).toBe(reason);
    expect(back).toEqual([[KIND.release, 7, FLAG.yours, 3]]);
    loan.end();
    expect(back).toHaveLength(1);
    borrower.onWithdraw([KIND.release, 7, 0, 0]);
  },
);

test.each(['', 'memfd', 'memfd:1', 'file:relative', 'shm:/x', 'mapping:x', 'memfd:0:0', '\0'])(
  'a grant that says %j is a violation when something refers to it, and else is nothing',
  (way) => {
    const { borrower, back } = borrowerOf(openSegment);
    borrower.onGrant([KIND.grant, 7, 0, 100, way]);
    expect(() => borrower.borrow([7, 1, 0, 100], new Loan())).toThrow(failing('PROTOCOL'));
    borrower.onWithdraw([KIND.release, 7, 0, 0]);
    expect(back).toEqual([]);
  },
);

test('a segment that is removed before its grant arrives does no harm', () => {
  const segment = realMaker().create(5000) as OwnSegment;
  segment.remove();
  const { borrower } = borrowerOf(openSegment);
  borrower.onGrant([KIND.grant, 7, 0, 5000, segment.grant]);
  borrower.onWithdraw([KIND.release, 7, 0, 0]);
  expect(borrower.status()).toEqual({ segments: 0, mapped: 0, granted: 0, free: 0 });
});

test('two deliveries of one range have ArrayBuffers of their own, and both come back', () => {
  const { pool } = realPool();
  const { lender, borrower, sent, settle } = lending({ pool });
  const array = LocalArray.take(pool, 5000) as LocalArray;
  const view = new Uint8Array(array.buffer);
  const refs = [some(lender.refer(view)), some(lender.refer(view))];
  array.release();
  settle();
  const [one, other] = refs.map((ref) => deliver(borrower, ref));
  expect(one?.bytes.buffer).not.toBe(other?.bytes.buffer);
  one?.loan.end();
  settle();
  expect([one?.bytes.length, other?.bytes.length, pool.status.free]).toEqual([0, 5000, 0]);
  other?.loan.end();
  settle();
  expect([sent.back.length, pool.status.free]).toEqual([2, 65536]);
  expectAllRemoved({ pool });
});

test('what is kept outlives its loan, and comes back when it is released', () => {
  const { borrower, back } = granted();
  const { bytes, loan } = deliver(borrower, [7, 3, 0, 100]);
  keep(bytes.subarray(10, 20));
  loan.end();
  expect([bytes.length, back.length]).toEqual([100, 0]);
  release(bytes);
  expect([bytes.length, back.length]).toEqual([0, 1]);
  release(bytes);
  expect(back).toHaveLength(1);
  expect(() => keep(bytes)).toThrow(/keep/);
});

test('what is released while it is lent comes back at once, and once', () => {
  const { borrower, back } = granted();
  const { bytes, loan } = deliver(borrower, [7, 3, 0, 100]);
  release(bytes);
  loan.end();
  expect(back).toEqual([[KIND.release, 7, FLAG.yours, 3]]);
});

test('what is kept comes back when nobody can reach it any more', async () => {
  const { borrower, back } = granted();
  const part = ((): { view: Uint8Array | undefined } => {
    const { bytes, loan } = deliver(borrower, [7, 3, 0, 100]);
    loan.keep();
    return { view: bytes.subarray(50) };
  })();
  await expect(collected(() => back.length > 0, 4)).rejects.toThrow('nothing was collected');
  expect(part.view?.length).toBe(50);
  part.view = undefined;
  await collected(() => back.length > 0);
  expect(back).toEqual([[KIND.release, 7, FLAG.yours, 3]]);
});

test('also what is lent comes back, if the loan itself is forgotten', async () => {
  const { borrower, back } = granted();
  deliver(borrower, [7, 3, 0, 100]);
  await collected(() => back.length > 0);
  expect([back.length, borrower.status().granted]).toEqual([1, 0]);
});

test('what is held when the connection is lost stays as it is until it is released', () => {
  const { borrower, back, segment } = granted();
  const { bytes, loan } = deliver(borrower, [7, 3, 0, 100_000]);
  borrower.end();
  segment.remove();
  made.length = 0;
  expect(same(bytes, pattern(100_000, 1))).toBe(true);
  loan.end();
  expect([bytes.length, back]).toEqual([0, []]);
});

describe('a segment that is read, since its owner could cut it', () => {
  interface Reading {
    readonly rig: { borrower: Borrower; back: unknown[] };
    readonly reads: {
      range: [number, number];
      give: (bytes: Uint8Array) => void;
      fail: (e: Error) => void;
    }[];
    closed: number;
  }

  function reading(): Reading {
    const reads: Reading['reads'] = [];
    const all: Reading = {
      rig: borrowerOf(() => ({
        way: 'file',
        bytes: 100,
        read: (offset, length) =>
          new Promise((give, fail) => reads.push({ range: [offset, length], give, fail })),
        generation: async () => 3,
        close: () => void all.closed++,
      })),
      reads,
      closed: 0,
    };
    all.rig.borrower.onGrant([KIND.grant, 7, 0, 100, 'file:/x']);
    return all;
  }

  test('gives a copy, and is given back as soon as that is made', async () => {
    const { rig, reads } = reading();
    const loan = new Loan();
    const borrowed = rig.borrower.borrow([7, 3, 10, 20], loan) as Promise<Uint8Array>;
    expect([reads[0]?.range, rig.back]).toEqual([[10, 20], []]);
    reads[0]?.give(new Uint8Array(20).fill(5));
    const bytes = await borrowed;
    expect(rig.back).toEqual([[KIND.release, 7, FLAG.yours, 3]]);
    expect([...bytes]).toEqual(new Array(20).fill(5));
    loan.end();
    expect([bytes.length, rig.back.length]).toEqual([0, 1]);
  });

  test('is on loan like any other: what is kept stays', async () => {
    const { rig, reads } = reading();
    const loan = new Loan();
    const borrowed = rig.borrower.borrow([7, 3, 10, 20], loan) as Promise<Uint8Array>;
    reads[0]?.give(new Uint8Array(20).fill(5));
    const bytes = keep(await borrowed);
    loan.end();
    expect(bytes.length).toBe(20);
  });

  test('is not read outside', () => {
    const { rig, reads } = reading();
    for (const [offset, length] of [
      [0, 0],
      [0, 101],
      [100, 1],
      [2 ** 53 - 1, 2 ** 53 - 1],
    ] as const)
      expect(() => rig.borrower.borrow([7, 3, offset, length], new Loan())).toThrow(failing('PROTOCOL'));
    expect([reads, rig.back]).toEqual([[], []]);
  });

  test('that was cut is a violation', async () => {
    const { rig, reads } = reading();
    const borrowed = rig.borrower.borrow([7, 3, 10, 20], new Loan()) as Promise<Uint8Array>;
    reads[0]?.fail(new SameboxError('PROTOCOL', 'cut'));
    await expect(borrowed).rejects.toEqual(failing('PROTOCOL'));
  });

  test('is closed when it is withdrawn, and when the connection is lost', () => {
    const one = reading();
    one.rig.borrower.onWithdraw([KIND.release, 7, 0, 0]);
    one.rig.borrower.end();
    expect(one.closed).toBe(1);
    const other = reading();
    other.rig.borrower.end();
    expect(other.closed).toBe(1);
  });

  test('that comes too late for its connection is not given back', async () => {
    const { rig, reads } = reading();
    const borrowed = rig.borrower.borrow([7, 3, 10, 20], new Loan()) as Promise<Uint8Array>;
    rig.borrower.end();
    reads[0]?.give(new Uint8Array(20));
    await borrowed;
    expect(rig.back).toEqual([]);
  });
});
