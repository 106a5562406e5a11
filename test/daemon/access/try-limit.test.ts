import { TryLimit } from '../../../daemon/access/try-limit';

let now: number;
let tries: TryLimit<string>;
beforeEach(() => {
  now = 1000;
  tries = new TryLimit({ now: () => now }, { burst: 5, every: 10_000 });
});

/** Tries and fails as often as it may within so many milliseconds; gives how often that was. */
function failFor(who: string, milliseconds: number): number {
  let count = 0;
  for (const end = now + milliseconds; now <= end; now += Math.max(1, tries.pause(who))) {
    if (tries.pause(who) > 0) continue;
    tries.failed(who);
    count++;
  }
  return count;
}

test('five failures are allowed at once, then one in ten seconds', () => {
  for (let failure = 0; failure < 5; failure++) {
    expect(tries.pause('mallory')).toBe(0);
    tries.failed('mallory');
  }
  expect(tries.pause('mallory')).toBe(10_000);
  now += 9_999;
  expect(tries.pause('mallory')).toBe(1);
  now += 1;
  expect(tries.pause('mallory')).toBe(0);
  tries.failed('mallory');
  expect(tries.pause('mallory')).toBe(10_000);
});

test('who tries for an hour gets 365 tries', () => {
  expect(failFor('mallory', 3_600_000)).toBe(365);
});

test('after fifty seconds without a failure all five are allowed again, and no more', () => {
  expect(failFor('alice', 4)).toBe(5);
  now += 1_000_000;
  expect(failFor('alice', 4)).toBe(5);
});

test('failures of one never count for another', () => {
  failFor('mallory', 100_000);
  expect(tries.pause('alice')).toBe(0);
});

test('who has failed long ago is forgotten, so that the table is as small as the trouble', () => {
  for (let user = 0; user < 1000; user++) tries.failed(`user ${user}`);
  expect(tries.size).toBe(1000);
  now += 10_000;
  tries.failed('mallory');
  expect(tries.size).toBe(1);
});
