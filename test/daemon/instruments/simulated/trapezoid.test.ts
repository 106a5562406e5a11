import fc from 'fast-check';
import { Trapezoid } from '../../../../daemon/instruments/simulated/trapezoid';

const limits = fc.record({
  speed: fc.double({ min: 0.1, max: 10, noNaN: true }),
  acceleration: fc.double({ min: 1, max: 100, noNaN: true }),
});
const place = fc.double({ min: 0, max: 50, noNaN: true });

test('a move begins where it begins and ends where it is to end', () => {
  fc.assert(
    fc.property(place, place, limits, (from, to, limit) => {
      const move = new Trapezoid(from, to, 1000, limit);
      expect(move.position(1000)).toBe(from);
      expect(move.position(move.end)).toBeCloseTo(to, 6);
      expect(move.position(move.end + 1e6)).toBeCloseTo(to, 6);
      expect(move.moving(move.end)).toBe(false);
    }),
  );
});

test('it is never faster than its limit, and stopped or not never leaves the way', () => {
  fc.assert(
    fc.property(
      place,
      place,
      limits,
      fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      (from, to, limit, stop) => {
        const move = new Trapezoid(from, to, 0, limit);
        if (stop !== null) move.stop(stop * move.end);
        let before = from;
        const step = move.end / 50;
        for (let index = 1; index <= 50; index += 1) {
          const now = move.position(index * step);
          expect(Math.abs(now - before)).toBeLessThanOrEqual((limit.speed * step) / 1000 + 1e-9);
          expect(now).toBeGreaterThanOrEqual(Math.min(from, to) - 1e-9);
          expect(now).toBeLessThanOrEqual(Math.max(from, to) + 1e-9);
          expect(Math.sign(now - before) * Math.sign(to - from)).toBeGreaterThanOrEqual(-0);
          before = now;
        }
      },
    ),
  );
});

test('stopping takes the speed over the acceleration', () => {
  const move = new Trapezoid(0, 50, 0, { speed: 10, acceleration: 40 });
  expect(move.end).toBeCloseTo(5250);
  move.stop(1000);
  expect(move.end).toBeCloseTo(1250);
  // 1.25 mm while speeding up, 7.5 mm at full speed, 1.25 mm while braking.
  expect(move.position(2000)).toBeCloseTo(10);
  move.stop(1500);
  expect(move.end).toBeCloseTo(1250);
});

test('a way of nothing takes no time', () => {
  const move = new Trapezoid(5, 5, 100, { speed: 10, acceleration: 40 });
  expect(move.end).toBe(100);
  expect(move.position(200)).toBe(5);
});
