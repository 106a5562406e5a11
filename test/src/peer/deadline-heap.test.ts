import fc from 'fast-check';
import { DeadlineHeap } from '../../../src/peer/deadline-heap';

interface Entry {
  deadline: number;
  heapIndex: number;
}

const step = fc.oneof(
  fc.record({ do: fc.constant('insert' as const), deadline: fc.oneof(fc.nat(20), fc.constant(Infinity)) }),
  fc.record({ do: fc.constant('remove' as const), which: fc.nat() }),
  fc.record({ do: fc.constant('pop' as const), now: fc.nat(25) }),
);

test('entries expire in the order of their deadlines, however they are inserted and removed', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new DeadlineHeap<Entry>();
      const all: Entry[] = [];
      let model: Entry[] = [];
      const earliest = (): number => Math.min(...model.map(({ deadline }) => deadline));
      for (const one of steps) {
        if (one.do === 'insert') {
          const entry = { deadline: one.deadline, heapIndex: -1 };
          heap.insert(entry);
          all.push(entry);
          if (one.deadline !== Infinity) model.push(entry);
        } else if (one.do === 'remove' && all.length > 0) {
          const entry = all[one.which % all.length] as Entry;
          heap.remove(entry);
          model = model.filter((other) => other !== entry);
        } else if (one.do === 'pop') {
          const popped = heap.popExpired(one.now);
          expect(popped?.deadline).toBe(earliest() <= one.now ? earliest() : undefined);
          model = model.filter((other) => other !== popped);
        }
        expect(heap.size).toBe(model.length);
        expect(heap.earliest).toBe(earliest());
        for (const entry of all) expect(entry.heapIndex >= 0).toBe(model.includes(entry));
      }
    }),
    { numRuns: 200 },
  );
});
