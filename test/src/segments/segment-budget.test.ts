import { SegmentBudget } from '../../../src/segments/segment-budget';

test('takes what fits, to the last byte and the last segment, and gives it back', () => {
  const budget = new SegmentBudget(100, 3);
  expect([budget.take(60), budget.take(41), budget.take(40), budget.take(1)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect([budget.taken, budget.count]).toEqual([100, 2]);
  budget.giveBack(60);
  expect([budget.taken, budget.count]).toEqual([40, 1]);
  expect([budget.take(1), budget.take(1), budget.take(1)]).toEqual([true, true, false]);
  expect([budget.taken, budget.count]).toEqual([42, 3]);
});
