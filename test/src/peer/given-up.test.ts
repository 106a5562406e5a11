import { GivenUp } from '../../../src/peer/given-up';

test('a cancel is remembered until something that was called later is answered', () => {
  const givenUp = new GivenUp();
  givenUp.add(3, 0, 5);
  givenUp.add(4, 1, 7);
  givenUp.answered(5);
  expect(givenUp.size).toBe(2);
  givenUp.answered(6);
  expect(givenUp.among(new Set([3, 4]))).toEqual([[4, 1]]);
  givenUp.answered(8);
  expect(givenUp.size).toBe(0);
});

test('an answer to the call itself, late as it is, shows that its cancel is of no more use', () => {
  const givenUp = new GivenUp();
  givenUp.add(3, 0, 3);
  givenUp.answered(3);
  expect(givenUp.size).toBe(0);
});

test('what the other side holds nothing of needs no cancel', () => {
  const givenUp = new GivenUp();
  givenUp.add(3, 0, 5);
  givenUp.add(5, 2, 5);
  expect(givenUp.among(new Set([5]))).toEqual([[5, 2]]);
  expect(givenUp.among(new Set([3, 5]))).toEqual([[5, 2]]);
});
