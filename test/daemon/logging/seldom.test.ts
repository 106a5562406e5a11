import { Seldom } from '../../../daemon/logging/seldom';

test('the first is told at once, then one in each interval, with how many there were', () => {
  let now = 5;
  const seldom = new Seldom(1000, { now: () => now });
  expect([seldom.count(), seldom.count(), seldom.count()]).toEqual([1, undefined, undefined]);
  now += 999;
  expect(seldom.count()).toBeUndefined();
  now += 1;
  expect(seldom.count()).toBe(4);
  now += 5000;
  expect(seldom.count()).toBe(1);
});
