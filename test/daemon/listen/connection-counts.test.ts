import { ConnectionCounts } from '../../../daemon/listen';

test('a user who has as many connections as he may gets no more, and others do', () => {
  const counts = new ConnectionCounts<number | undefined>(2);
  expect([counts.admit(1), counts.admit(1), counts.admit(1)]).toEqual([true, true, false]);
  expect([counts.admit(2), counts.admit(undefined)]).toEqual([true, true]);
  expect(counts.most()).toEqual({ user: 1, count: 2 });
});

test('those whose user is not known count as one user', () => {
  const counts = new ConnectionCounts<number | undefined>(1);
  expect(counts.admit(undefined)).toBe(true);
  expect(counts.admit(undefined)).toBe(false);
});

test('a connection that is closed makes room, and a user without any is forgotten', () => {
  const counts = new ConnectionCounts<number>(1);
  counts.admit(1);
  counts.gone(1);
  expect(counts.most()).toBeUndefined();
  expect(counts.admit(1)).toBe(true);
});
