import fc from 'fast-check';
import { Gaps } from '../../../src/peer/gaps';

test('gaps are a set of ids, however they come and go', () => {
  const range = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 6 }));
  const step = fc.oneof(
    range.map(([from, length]) => ({ add: [from, from + length] as const })),
    fc.integer({ min: 1, max: 50 }).map((take) => ({ take })),
    fc.integer({ min: 0, max: 20 }).map((forget) => ({ forget })),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const gaps = new Gaps();
      const model = new Set<number>();
      for (const one of steps) {
        if ('add' in one) {
          const [from, to] = one.add;
          // Ids that are added were seen, or are new: none of them is a gap.
          if (Array.from({ length: to - from + 1 }, (_, index) => from + index).some((id) => model.has(id)))
            continue;
          gaps.add(from, to);
          for (let id = from; id <= to; id++) model.add(id);
        } else if ('take' in one) expect(gaps.take(one.take)).toBe(model.delete(one.take));
        else {
          gaps.forget(one.forget);
          for (const id of [...model]) if (id <= one.forget) model.delete(id);
        }
        for (let id = 1; id <= 50; id++) expect(gaps.has(id)).toBe(model.has(id));
      }
    }),
  );
});
