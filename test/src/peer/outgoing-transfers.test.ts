import fc from 'fast-check';
import { CHUNK_BYTES } from '../../../src/limits';
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
