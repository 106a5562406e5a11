import { Absence, type Life, type Remains } from '../../../daemon/session/absence';

const NOTHING: Remains = { running: 0, kept: 0, answeredAt: 0 };
const anonymous = (): Absence => new Absence({ window: 100, age: undefined }, 1000);
const named = (): Absence => new Absence({ window: 100, age: 5000 }, 1000);

test('a session whose client lives, or may, waits for its window, and is over then', () => {
  for (const life of ['alive', 'unknown'] satisfies Life[]) {
    const absence = anonymous();
    expect(absence.verdict(1001, life, NOTHING)).toBe('wait');
    expect(absence.verdict(1099, life, { running: 3, kept: 3, answeredAt: 1050 })).toBe('wait');
    expect(absence.verdict(1100, life, { running: 3, kept: 3, answeredAt: 1050 })).toBe('over');
  }
});

test('a session whose client is known to be dead is over at once', () => {
  expect(anonymous().verdict(1001, 'dead', { running: 3, kept: 3, answeredAt: 0 })).toBe('over');
});

test('a named session goes on without its client while something runs, and until its answers are old', () => {
  const absence = named();
  expect(absence.verdict(1001, 'alive', NOTHING)).toBe('wait');
  expect(absence.verdict(1002, 'dead', { running: 1, kept: 0, answeredAt: 0 })).toBe('gone');
  expect(absence.verdict(9000, 'dead', { running: 1, kept: 0, answeredAt: 0 })).toBe('wait');
  expect(absence.verdict(9500, 'dead', { running: 0, kept: 1, answeredAt: 9400 })).toBe('wait');
  expect(absence.verdict(14_399, 'dead', { running: 0, kept: 1, answeredAt: 9400 })).toBe('wait');
  expect(absence.verdict(14_400, 'dead', { running: 0, kept: 1, answeredAt: 9400 })).toBe('over');
});

test('a named session of which nothing is left is over as soon as its client is gone', () => {
  const absence = named();
  expect(absence.verdict(1100, 'unknown', NOTHING)).toBe('gone');
  expect(absence.verdict(1101, 'unknown', NOTHING)).toBe('over');
});

test('looks come often at first, and once a second in the end', () => {
  const absence = anonymous();
  const pauses = Array.from({ length: 12 }, () => absence.pause);
  expect(pauses.slice(0, 3)).toEqual([2, 4, 8]);
  expect(pauses.at(-1)).toBe(1000);
});
