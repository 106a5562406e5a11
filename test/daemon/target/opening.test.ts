// When a target that failed to open is tried again, on a fake clock.
import { Opening } from '../../../daemon/target/opening';

test('a target that failed is tried again after a pause that doubles from half a second to half a minute', () => {
  let now = 1000;
  const opening = new Opening({ now: () => now });
  expect(opening.due).toBe(true);
  const pauses: number[] = [];
  for (let failure = 0; failure < 10; failure++) {
    opening.begin();
    expect([opening.state, opening.due]).toEqual(['opening', false]);
    opening.failed(new Error(`number ${failure}`));
    pauses.push(opening.pause);
    now += opening.pause - 1;
    expect(opening.due).toBe(false);
    now += 1;
    expect(opening.due).toBe(true);
  }
  expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000, 30000]);
  expect(opening.reason?.message).toBe('number 9');
});

test('a target that has opened begins again with the shortest pause', () => {
  let now = 0;
  const opening = new Opening({ now: () => now });
  for (let failure = 0; failure < 5; failure++) opening.failed(new Error('no'));
  now = 60_000;
  opening.begin();
  opening.succeeded();
  expect([opening.state, opening.due, opening.reason]).toEqual(['ready', false, undefined]);
  opening.failed(new Error('again'));
  expect(opening.pause).toBe(500);
});

test('a target that is hurried is due at once, and pauses as long as ever when it fails again', () => {
  const opening = new Opening({ now: () => 0 });
  for (let failure = 0; failure < 5; failure++) opening.failed(new Error('no'));
  expect([opening.due, opening.pause]).toEqual([false, 8000]);
  opening.hurry();
  expect([opening.due, opening.pause]).toEqual([true, 0]);
  opening.failed(new Error('still not'));
  expect(opening.pause).toBe(16_000);
});
