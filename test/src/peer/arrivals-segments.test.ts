import { KIND, type PlaceHead, type SegmentRef } from '../../../src/frames';
import { SameboxError } from '../../../src/errors';
import type { Lent, Loan } from '../../../src/handoff/loan';
import type { Borrow } from '../../../src/peer/arrivals';
import {
  arrivalsRig,
  call,
  cancel,
  EMPTY,
  error,
  item,
  LIMITS,
  result,
  violation,
  type ArrivalsRig,
} from './support/arrivals-rig';
import { turns } from './support/sockets';

interface Read {
  readonly ref: SegmentRef;
  give(): void;
  fail(error: Error): void;
}

interface Rig extends ArrivalsRig {
  /** Segments of which something is on loan: once for every reference. */
  readonly open: number[];
  /** Reads that are under way. */
  readonly reads: Read[];
}

/**
 * A borrower by number of the segment: below 100 it is mapped, from 100 on it is read, from 200 on it can't be opened, and
 * 300 was never granted. Its bytes are the first number of the reference.
 */
function rig(limits = LIMITS): Rig {
  const open: number[] = [];
  const reads: Read[] = [];
  const lend = (segment: number, length: number, loan: Loan): void => {
    open.push(segment);
    let lent = true;
    const over = (): void => {
      if (lent) open.splice(open.indexOf(segment), 1);
      lent = false;
    };
    const one: Lent = { length, keep: over, end: over, release: over };
    loan.add(one);
  };
  const borrow: Borrow = (ref, loan) => {
    const [segment, , , length] = ref;
    if (segment >= 300) throw new SameboxError('PROTOCOL', 'never granted');
    if (segment >= 200) return new SameboxError('NO_SPACE', 'gone');
    const bytes = new Uint8Array(length).fill(segment);
    if (segment < 100) {
      lend(segment, length, loan);
      return bytes;
    }
    return new Promise((resolve, fail) => {
      const give = (): void => {
        lend(segment, length, loan);
        resolve(bytes);
      };
      reads.push({ ref, give, fail });
    });
  };
  return { ...arrivalsRig(limits, borrow), open, reads };
}

const place = (transfer: number, segment: number): PlaceHead => [KIND.place, transfer, 0, segment, 1, 64];

const contents = ({ delivered }: Rig): number[][] =>
  delivered.map(({ attachments }) => attachments.map((one) => (one as Uint8Array)[0] ?? -1));

test('a frame whose attachments lie in segments is delivered at once', () => {
  const one = rig();
  one.arrivals.take(call(1, 'cam', [0, [7, 1, 0, 500], [8, 1, 0, 900]]), EMPTY, []);
  expect([one.ids(), contents(one), one.open]).toEqual([[1], [[7, 8]], [7, 8]]);
  one.delivered[0]?.loan.end();
  expect(one.open).toEqual([]);
});

test('inline attachments, transfers and references of one frame come in the order of its list', () => {
  const one = rig();
  const inline = [new Uint8Array([1]), new Uint8Array([2])];
  one.arrivals.take(call(1, 'cam', [0, 1, [5, 3], [7, 1, 0, 10], 1]), EMPTY, inline);
  expect(one.ids()).toEqual([]);
  one.chunk(5, 0, [9, 9, 9]);
  expect(contents(one)).toEqual([[1, 9, 7, 2]]);
});

test('a transfer that is placed is complete, without any chunk', () => {
  const one = rig();
  one.arrivals.take(call(1, 'cam', [0, [5, 300], [6, 1]]), EMPTY, []);
  one.arrivals.take(call(2, 'cam'), EMPTY, []);
  one.arrivals.place(place(5, 7));
  expect([one.ids(), one.open]).toEqual([[], [7]]);
  one.chunk(6, 0, [1]);
  expect([one.ids(), contents(one)]).toEqual([
    [1, 2],
    [[7, 1], []],
  ]);
});

test('what is placed has the length that was announced', () => {
  const seen: SegmentRef[] = [];
  const { arrivals } = arrivalsRig(LIMITS, (ref) => {
    seen.push(ref);
    return new Uint8Array(ref[3]);
  });
  arrivals.take(call(1, 'cam', [0, [5, 300]]), EMPTY, []);
  arrivals.place([KIND.place, 5, 0, 7, 3, 64]);
  expect(seen).toEqual([[7, 3, 64, 300]]);
});

test('a frame waits for what is read, and nothing of its track overtakes it', async () => {
  const one = rig();
  one.arrivals.take(call(1, 'cam', [0, [101, 1, 0, 10], [102, 1, 0, 10]]), EMPTY, []);
  one.arrivals.take(call(2, 'cam', [0, [7, 1, 0, 10]]), EMPTY, []);
  one.arrivals.take(call(3, 'pm'), EMPTY, []);
  one.arrivals.take(cancel(2), EMPTY, []);
  one.reads[1]?.give();
  await turns(2);
  expect(one.ids()).toEqual([3]);
  one.reads[0]?.give();
  await turns(2);
  expect(one.delivered.map(({ head }) => [head[0], head[1]])).toEqual([
    [KIND.call, 3],
    [KIND.call, 1],
    [KIND.call, 2],
    [KIND.cancel, 2],
  ]);
  expect(contents(one)).toEqual([[], [101, 102], [7], []]);
});

test('a transfer may be placed where it has to be read', async () => {
  const one = rig();
  one.arrivals.take(call(1, 'cam', [0, [5, 300]]), EMPTY, []);
  one.arrivals.place(place(5, 101));
  expect(() => one.arrivals.place(place(5, 7))).toThrow(violation('PROTOCOL'));
  expect(one.ids()).toEqual([]);
  one.reads[0]?.give();
  await turns(2);
  expect(contents(one)).toEqual([[101]]);
});

test('a segment that can not be opened leaves its reason where the attachment would be', () => {
  const one = rig();
  one.arrivals.take(call(1, 'cam', [0, [200, 1, 0, 10], [7, 1, 0, 10]]), EMPTY, []);
  expect(one.delivered[0]?.attachments[0]).toMatchObject({ code: 'NO_SPACE' });
  expect(contents(one)).toEqual([[-1, 7]]);
});

const misplaced: [string, (rig: Rig) => void][] = [
  ['of an unknown transfer', () => undefined],
  ['after a chunk', ({ chunk }) => chunk(5, 0, [1])],
  ['after the last chunk', ({ chunk }) => (chunk(5, 0, [1, 2]), chunk(5, 2, [3]))],
  ['after another', ({ arrivals }) => arrivals.place(place(5, 7))],
  ['of a transfer that was aborted', ({ arrivals }) => arrivals.received(5, 0, true)],
];
test.each(misplaced)('a place %s is a violation', (what, act) => {
  const one = rig();
  one.arrivals.take(call(1, 'cam', [0, [5, 3], [6, 1]]), EMPTY, []);
  act(one);
  const number = what.includes('unknown') ? 99 : 5;
  expect(() => one.arrivals.place(place(number, 7))).toThrow(violation('PROTOCOL'));
});

test('a chunk after a place is a violation', () => {
  const one = rig();
  one.arrivals.take(call(1, 'cam', [0, [5, 3], [6, 1]]), EMPTY, []);
  one.arrivals.place(place(5, 7));
  expect(() => one.chunk(5, 0, [1])).toThrow(violation('PROTOCOL'));
});

describe('loans end', () => {
  test('for a frame that is aborted, and only for that', () => {
    const one = rig();
    one.arrivals.take(item(1, 0, [0, [7, 1, 0, 10], [5, 3]]), EMPTY, []);
    one.arrivals.take(item(1, 1, [0, [8, 1, 0, 10]]), EMPTY, []);
    one.arrivals.take(item(2, 0, [0, [9, 1, 0, 10], [6, 3]]), EMPTY, []);
    expect(one.open).toEqual([7, 8, 9]);
    one.arrivals.received(5, 0, true);
    expect([one.open, one.delivered.map(({ head }) => head[4])]).toEqual([[8, 9], [1]]);
  });

  test('for what an error overtakes; what is complete before it is delivered with its own', () => {
    const one = rig();
    one.arrivals.take(item(1, 0, [0, [7, 1, 0, 10], [5, 3]]), EMPTY, []);
    one.arrivals.take(item(1, 1, [0, [8, 1, 0, 10]]), EMPTY, []);
    one.arrivals.take(error(1), EMPTY, []);
    expect(one.open).toEqual([8]);
    expect(one.delivered.map(({ head }) => head[0])).toEqual([KIND.item, KIND.error]);
  });

  test('for all that waits when the connection is gone', async () => {
    const one = rig();
    one.arrivals.take(item(1, 0, [0, [7, 1, 0, 10], [5, 3]]), EMPTY, []);
    one.arrivals.take(item(1, 1, [0, [8, 1, 0, 10]]), EMPTY, []);
    one.arrivals.take(item(2, 0, [0, [101, 1, 0, 10]]), EMPTY, []);
    one.arrivals.end();
    expect(one.open).toEqual([]);
    one.reads[0]?.give();
    await turns(2);
    expect([one.open, one.ids(), one.failures]).toEqual([[], [], []]);
  });

  test('for a frame that was dropped while it was read, when the reading has ended', async () => {
    const one = rig();
    one.arrivals.take(result(1, [0, [101, 1, 0, 10], [102, 1, 0, 10]]), EMPTY, []);
    one.arrivals.take(error(1), EMPTY, []);
    for (const read of one.reads) read.give();
    await turns(2);
    expect([one.open, one.delivered.map(({ head }) => head[0])]).toEqual([[], [KIND.error]]);
  });

  test('when a later reference of the frame is a violation', () => {
    const one = rig();
    const take = (): void =>
      one.arrivals.take(call(1, 'cam', [0, [7, 1, 0, 10], [300, 1, 0, 10]]), EMPTY, []);
    expect(take).toThrow(violation('PROTOCOL'));
    expect(one.open).toEqual([]);
  });

  test('when a place is a violation, with the connection', () => {
    const one = rig();
    one.arrivals.take(call(1, 'cam', [0, [7, 1, 0, 10], [5, 3]]), EMPTY, []);
    expect(() => one.arrivals.place(place(5, 300))).toThrow(violation('PROTOCOL'));
    one.arrivals.end();
    expect(one.open).toEqual([]);
  });

  test('when more waits than may', () => {
    const one = rig({ ...LIMITS, heldFrames: 2 });
    one.arrivals.take(call(1, 'cam', [0, [7, 1, 0, 10], [5, 3]]), EMPTY, []);
    const take = (): void => one.arrivals.take(call(2, 'cam', [0, [8, 1, 0, 10]]), EMPTY, []);
    expect(take).toThrow(violation('TOO_LARGE'));
    expect(one.open).toEqual([7]);
    one.arrivals.end();
    expect(one.open).toEqual([]);
  });
});

test('what is read counts toward the limits until its frame is delivered; what is mapped does not', async () => {
  const one = rig();
  one.arrivals.take(call(1, 'cam', [0, [7, 1, 0, 100_000], [5, 400]]), EMPTY, []);
  one.arrivals.take(call(2, 'pm', [0, [101, 1, 0, 600]]), EMPTY, []);
  const third = (): void => one.arrivals.take(call(3, 'stage', [0, [102, 1, 0, 1]]), EMPTY, []);
  expect(third).toThrow(violation('TOO_LARGE'));

  const other = rig();
  for (let id = 1; id < 10; id++) {
    other.arrivals.take(call(id, 'pm', [0, [101, 1, 0, 1000]]), EMPTY, []);
    other.reads[id - 1]?.give();
    await turns(2);
  }
  expect(other.ids()).toHaveLength(9);
});

test('a read that fails ends the connection, with the reason', async () => {
  const one = rig();
  one.arrivals.take(call(1, 'pm', [0, [101, 1, 0, 10]]), EMPTY, []);
  const cut = new SameboxError('PROTOCOL', 'cut');
  one.reads[0]?.fail(cut);
  await turns(2);
  expect([one.failures, one.ids()]).toEqual([[cut], []]);
});

test('more references than the limit are TOO_LARGE, and none of them is looked at', () => {
  const one = rig();
  const refs = Array.from({ length: 5 }, (_, index) => [7 + index, 1, 0, 10] as const);
  expect(() => one.arrivals.take(call(1, 'pm', [0, ...refs]), EMPTY, [])).toThrow(violation('TOO_LARGE'));
  expect(one.open).toEqual([]);
});
