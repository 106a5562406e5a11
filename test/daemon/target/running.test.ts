// The list of what runs.
import fc from 'fast-check';
import { Running, type Placed } from '../../../daemon/target/running';

test('it has what was added and not deleted, as a Set would', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (toggled) => {
      const all = Array.from({ length: 21 }, (): Placed => ({ place: -1 }));
      const running = new Running<Placed>();
      const model = new Set<Placed>();
      for (const index of toggled) {
        const entry = all[index] as Placed;
        if (model.delete(entry)) running.delete(entry);
        else {
          model.add(entry);
          running.add(entry);
        }
        expect(running.size).toBe(model.size);
        expect(new Set(running)).toEqual(model);
      }
    }),
  );
});

test('what was never added is not deleted, and nothing else in its stead', () => {
  const [one, other] = [{ place: -1 }, { place: 0 }];
  const running = new Running<Placed>();
  running.add(one);
  running.delete(other);
  expect([...running]).toEqual([one]);
});

test('what ends while all are looked at is still looked at, once', () => {
  const entries = [{ place: -1 }, { place: -1 }, { place: -1 }];
  const running = new Running<Placed>();
  for (const entry of entries) running.add(entry);
  const seen: Placed[] = [];
  for (const entry of running) {
    seen.push(entry);
    running.delete(entry);
  }
  expect(seen).toEqual(entries);
  expect(running.size).toBe(0);
});
