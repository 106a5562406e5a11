import fc from 'fast-check';
import { CHUNK_BYTES } from '../../../src/limits';
import '../../support/values';
import { OutgoingTransfers, type OutgoingChunk } from '../../../src/peer/outgoing-transfers';

/** The next piece of a transfer whose memory is still there. */
function nextPiece(transfers: OutgoingTransfers): OutgoingChunk | undefined {
  const step = transfers.next();
  if (step !== undefined && 'gone' in step) throw new Error(`transfer ${step.gone} is gone`);
  return step;
}

test('transfers are served in turn: none waits for another to end', () => {
  const transfers = new OutgoingTransfers();
  const a = transfers.add(new Uint8Array(3 * CHUNK_BYTES), 1);
  const b = transfers.add(new Uint8Array(CHUNK_BYTES + 1), 2);
  const order = [];
  for (let chunk = nextPiece(transfers); chunk !== undefined; chunk = nextPiece(transfers))
    order.push([chunk.transfer, chunk.offset, chunk.bytes.length]);
  expect(order).toEqual([
    [a, 0, CHUNK_BYTES],
    [b, 0, CHUNK_BYTES],
    [a, CHUNK_BYTES, CHUNK_BYTES],
    [b, CHUNK_BYTES, 1],
    [a, 2 * CHUNK_BYTES, CHUNK_BYTES],
  ]);
  expect(transfers.size).toBe(0);
  expect(transfers.bytes).toBe(0);
});

test('dropping what one owner sends leaves the others whole, and tells which were cut off', () => {
  const transfers = new OutgoingTransfers();
  const kept = transfers.add(Uint8Array.of(1, 2, 3), 5);
  const first = transfers.add(new Uint8Array(2 * CHUNK_BYTES), -5);
  const second = transfers.add(new Uint8Array(10), -5);
  transfers.next();
  transfers.next();
  expect(transfers.drop(-5).sort()).toEqual([first, second]);
  expect(transfers.drop(-5)).toEqual([]);
  expect(transfers.next()).toBeUndefined();
  expect(kept).toBe(1);
});

test('the count of bytes that have not left is right after any steps', () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 1, max: 3 * CHUNK_BYTES }), owner: fc.nat(3) }),
    fc.record({ drop: fc.nat(3) }),
    fc.constant('next' as const),
    fc.constant('revoke' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const transfers = new OutgoingTransfers();
      for (const one of steps) {
        if (one === 'next') transfers.next();
        else if (one === 'revoke') {
          const mark = transfers.latest;
          const { bytes, size } = transfers;
          transfers.add(new Uint8Array(10), 9);
          transfers.add(new Uint8Array(20), 9);
          transfers.revoke(mark);
          expect([transfers.bytes, transfers.size, transfers.latest]).toEqual([bytes, size, mark]);
        } else if ('add' in one) transfers.add(new Uint8Array(one.add), one.owner);
        else transfers.drop(one.drop);
      }
      let left = 0;
      const counted = transfers.bytes;
      for (let chunk = nextPiece(transfers); chunk !== undefined; chunk = nextPiece(transfers))
        left += chunk.bytes.length;
      expect(counted).toBe(left);
      expect(transfers.bytes).toBe(0);
    }),
    { numRuns: 100 },
  );
});

/** What `done` and `stop` of a transfer were told, in their order. */
function tracked(
  transfers: OutgoingTransfers,
  log: string[],
  name: string,
  length: number,
  owner = 1,
): number {
  return transfers.add(new Uint8Array(length), owner, () => log.push(`${name} done`));
}

test('a transfer that may be placed has no turn until it is known that it can not', () => {
  const transfers = new OutgoingTransfers();
  const log: string[] = [];
  const number = tracked(transfers, log, 'a', 10);
  transfers.placing(number, () => log.push('stop'));
  expect([transfers.next(), transfers.size, transfers.bytes, transfers.count]).toEqual([undefined, 0, 0, 1]);
  transfers.notPlaced(number);
  expect([transfers.size, transfers.bytes]).toEqual([1, 10]);
  expect(nextPiece(transfers)?.bytes).toHaveLength(10);
  transfers.written(number);
  expect([log, transfers.count]).toEqual([['a done'], 0]);
});

test('a transfer that was placed is done, and its number means nothing any more', () => {
  const transfers = new OutgoingTransfers();
  const log: string[] = [];
  const number = tracked(transfers, log, 'a', 10);
  expect(transfers.placed(number)).toBe(false); // Nobody was placing it.
  transfers.placing(number, () => log.push('stop'));
  expect(transfers.placed(number)).toBe(true);
  expect(transfers.placed(number)).toBe(false);
  transfers.notPlaced(number);
  transfers.written(number);
  expect([log, transfers.count, transfers.size]).toEqual([['a done'], 0, 0]);
});

test('what is dropped while it is being placed is stopped, and then not placed', () => {
  const transfers = new OutgoingTransfers();
  const log: string[] = [];
  const number = tracked(transfers, log, 'a', 10, 7);
  transfers.placing(number, () => log.push('stop'));
  expect(transfers.drop(8)).toEqual([]);
  expect(transfers.drop(7)).toEqual([number]);
  expect(transfers.placed(number)).toBe(false);
  transfers.notPlaced(number);
  expect([log, transfers.next(), transfers.count]).toEqual([['stop', 'a done'], undefined, 0]);
});

test('what is revoked while it is being placed is stopped, and its number is given again', () => {
  const transfers = new OutgoingTransfers();
  const log: string[] = [];
  const mark = transfers.latest;
  const number = tracked(transfers, log, 'a', 10);
  transfers.placing(number, () => log.push('stop'));
  tracked(transfers, log, 'b', 20);
  transfers.revoke(mark);
  expect(log).toEqual(['b done', 'stop', 'a done']);
  expect([transfers.bytes, transfers.count]).toEqual([0, 0]);
  expect(tracked(transfers, log, 'c', 30)).toBe(number);
  expect(nextPiece(transfers)?.bytes).toHaveLength(30);
});

test('the bytes of a transfer are read until its last piece is written, also if it is dropped before', () => {
  const transfers = new OutgoingTransfers();
  const log: string[] = [];
  const number = tracked(transfers, log, 'a', 3 * CHUNK_BYTES);
  nextPiece(transfers);
  nextPiece(transfers);
  expect(transfers.drop(1)).toEqual([number]);
  expect(transfers.drop(1)).toEqual([]);
  expect([transfers.bytes, transfers.size, transfers.count, log]).toEqual([0, 0, 1, []]);
  transfers.written(number);
  expect(log).toEqual([]);
  transfers.written(number);
  expect([log, transfers.count]).toEqual([['a done'], 0]);
});

test('who waits for an owner’s transfers waits for those that he has now', () => {
  const transfers = new OutgoingTransfers();
  const log: string[] = [];
  transfers.whenDone(1, () => log.push('nothing to wait for'));
  const [first, placing] = [tracked(transfers, [], 'a', 10), tracked(transfers, [], 'b', 10)];
  tracked(transfers, [], 'other', 10, 2);
  transfers.placing(placing, () => undefined);
  transfers.whenDone(1, () => log.push('both'));
  nextPiece(transfers);
  const later = tracked(transfers, [], 'later', 10);
  transfers.written(first);
  expect(log).toEqual(['nothing to wait for']);
  transfers.placed(placing);
  expect(log).toEqual(['nothing to wait for', 'both']);
  transfers.whenDone(1, () => log.push('later'));
  transfers.drop(1);
  expect([log.at(-1), later]).toEqual(['later', 4]);
});

test('a transfer whose memory somebody has taken away is gone, whenever that is noticed', () => {
  const transfers = new OutgoingTransfers();
  const log: string[] = [];
  const buffers = [10, 2 * CHUNK_BYTES].map((length) => new ArrayBuffer(length));
  const [whole, begun] = buffers.map((buffer, index) =>
    transfers.add(new Uint8Array(buffer), 5 + index, () => log.push(`${index} done`)),
  );
  transfers.placing(whole as number, () => log.push('stop'));
  expect(nextPiece(transfers)?.transfer).toBe(begun);
  for (const buffer of buffers) structuredClone(buffer, { transfer: [buffer] });
  transfers.notPlaced(whole as number);
  expect(transfers.next()).toEqual({ gone: begun, owner: 6 });
  expect(transfers.next()).toEqual({ gone: whole, owner: 5 });
  expect([log, transfers.bytes, transfers.size]).toEqual([['0 done'], 0, 0]);
  transfers.written(begun as number);
  expect([log, transfers.count]).toEqual([['0 done', '1 done'], 0]);
});

test('when the connection is gone nothing is placed or written any more, and all is done', () => {
  const transfers = new OutgoingTransfers();
  const log: string[] = [];
  const placing = tracked(transfers, log, 'placing', 10);
  transfers.placing(placing, () => log.push('stop'));
  const writing = tracked(transfers, log, 'writing', CHUNK_BYTES);
  nextPiece(transfers);
  tracked(transfers, log, 'waiting', 10);
  transfers.whenDone(1, () => log.push('all'));
  transfers.end();
  expect(transfers.placed(placing)).toBe(false);
  expect(log).toEqual(['stop', 'placing done', 'waiting done']);
  transfers.end();
  transfers.written(writing);
  expect(log.slice(3)).toEqual(['writing done', 'all']);
  expect([transfers.count, transfers.bytes, transfers.next()]).toEqual([0, 0, undefined]);
});

test('whatever happens to transfers, each is done once, when nothing reads it any more', () => {
  const step = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ add: fc.integer({ min: 1, max: 3 * CHUNK_BYTES }), owner: fc.nat(2) }),
    },
    fc.record({ placed: fc.nat(5) }),
    fc.record({ notPlaced: fc.nat(5) }),
    { weight: 4, arbitrary: fc.constant('next' as const) },
    { weight: 4, arbitrary: fc.record({ written: fc.nat(5) }) },
    fc.record({ drop: fc.nat(2) }),
    fc.record({ gone: fc.nat(5) }),
    fc.record({ wait: fc.nat(2) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const transfers = new OutgoingTransfers();
      const added: { number: number; owner: number; buffer: ArrayBuffer; done: number; stopped: boolean }[] =
        [];
      const placing = new Set<number>();
      const pieces: number[] = [];
      const waits: { owner: number; over: number; left: Set<number> }[] = [];
      const at = (list: readonly number[], index: number): number | undefined =>
        list[index % (list.length || 1)];
      const finish = (number: number): void => {
        for (const { left } of waits) left.delete(number);
      };
      for (const one of steps) {
        if (one === 'next') {
          const next = transfers.next();
          if (next === undefined) continue;
          if ('gone' in next) expect(added[next.gone - 1]?.buffer.byteLength).toBe(0);
          else pieces.push(next.transfer);
        } else if ('add' in one) {
          const entry = {
            number: 0,
            owner: one.owner,
            buffer: new ArrayBuffer(one.add),
            done: 0,
            stopped: false,
          };
          entry.number = transfers.add(new Uint8Array(entry.buffer), one.owner, () => {
            entry.done++;
            expect(pieces).not.toContain(entry.number);
            finish(entry.number);
          });
          added.push(entry);
          if (one.add % 2 === 0) {
            placing.add(entry.number);
            transfers.placing(entry.number, () => (placing.delete(entry.number), (entry.stopped = true)));
          }
        } else if ('placed' in one) {
          const number = at([...placing], one.placed);
          if (number === undefined) continue;
          placing.delete(number);
          expect(transfers.placed(number)).toBe(true);
        } else if ('notPlaced' in one) {
          const number = at([...placing], one.notPlaced);
          if (number === undefined) continue;
          placing.delete(number);
          transfers.notPlaced(number);
        } else if ('written' in one) {
          const number = at(pieces, one.written);
          if (number === undefined) continue;
          pieces.splice(pieces.indexOf(number), 1);
          transfers.written(number);
        } else if ('drop' in one) {
          for (const number of transfers.drop(one.drop)) expect(added[number - 1]?.owner).toBe(one.drop);
        } else if ('gone' in one) {
          const { buffer } = added[one.gone] ?? {};
          if (buffer !== undefined && buffer.byteLength > 0) structuredClone(buffer, { transfer: [buffer] });
        } else if ('wait' in one) {
          const left = added.filter(({ owner, done }) => owner === one.wait && done === 0);
          const wait = { owner: one.wait, over: 0, left: new Set(left.map(({ number }) => number)) };
          waits.push(wait);
          transfers.whenDone(one.wait, () => {
            wait.over++;
            expect(wait.left.size).toBe(0);
          });
        }
      }
      transfers.end();
      expect(placing.size).toBe(0);
      for (const number of pieces.splice(0)) transfers.written(number);
      expect(added.map(({ done }) => done)).toEqual(added.map(() => 1));
      expect(waits.map(({ over }) => over)).toEqual(waits.map(() => 1));
      expect([transfers.count, transfers.size, transfers.bytes]).toEqual([0, 0, 0]);
    }),
    { numRuns: 150 },
  );
});
