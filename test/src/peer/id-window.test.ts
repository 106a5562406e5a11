import fc from 'fast-check';
import { IdWindow } from '../../../src/peer/id-window';

test('a window is a map, however ids come and go', () => {
  const id = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 5000 }));
  const step = fc.record({ id, kind: fc.constantFrom('add', 'add', 'take') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const window = new IdWindow<string>();
      const model = new Map<number, string>();
      for (const { id: one, kind } of steps) {
        if (kind === 'take') {
          expect(window.take(one)).toBe(model.get(one));
          model.delete(one);
        } else if (!model.has(one)) {
          window.add(one, `${one}`);
          model.set(one, `${one}`);
        }
        expect([window.size, window.get(one), window.has(one)]).toEqual([
          model.size,
          model.get(one),
          model.has(one),
        ]);
      }
      const ids = [...model.keys()].sort((a, b) => a - b);
      expect([...window.keys()].sort((a, b) => a - b)).toEqual(ids);
      expect([...window.all()].sort()).toEqual([...model.values()].sort());
      for (const one of ids) expect(window.get(one)).toBe(`${one}`);
    }),
  );
});

test('ids that rise and leave soon come in their order, and one that stays is the first', () => {
  const window = new IdWindow<number>();
  window.add(1, 1);
  for (let id = 2; id <= 10_000; id++) {
    window.add(id, id);
    if (id > 99) window.take(id - 98);
  }
  expect([...window.all()]).toEqual([1, ...Array.from({ length: 98 }, (_, n) => 9903 + n)]);
});
