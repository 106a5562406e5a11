import fc from 'fast-check';
import { Backoff } from '../../src/backoff';

test('waits double from the first bound to the last and are drawn evenly from below it', () => {
  const backoff = new Backoff({ min: 100, max: 1000 }, () => 0.5);
  expect([1, 2, 3, 4, 5, 6].map(() => backoff.next())).toEqual([50, 100, 200, 400, 500, 500]);
  expect(backoff.attempts).toBe(6);
});

test('a success makes the next wait short again', () => {
  const backoff = new Backoff({ min: 100 }, () => 1);
  backoff.next();
  backoff.next();
  backoff.reset();
  expect(backoff.next()).toBe(100);
});

test('no number of attempts makes a wait longer than the bound', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (times, random) => {
        const backoff = new Backoff({ min: 10, max: 500 }, () => random);
        for (let time = 0; time < times; time += 1) backoff.next();
        expect(backoff.next()).toBeLessThanOrEqual(500);
      },
    ),
  );
});
