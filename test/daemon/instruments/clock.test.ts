import { sleep, systemClock } from '../../../daemon/instruments/clock';
import { FakeClock } from './fake-clock';

test('an aborted sleep ends at once with the reason and leaves no timer', async () => {
  const clock = new FakeClock();
  const cancel = new AbortController();
  const sleeping = sleep(clock, 1000, cancel.signal);
  expect(clock.pending).toBe(1);
  cancel.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  expect(clock.pending).toBe(0);
  await expect(sleep(clock, 1000, cancel.signal)).rejects.toThrow('enough');
});

test('the system clock runs an action, unless it is called off', async () => {
  const ran: string[] = [];
  systemClock.after(0, () => ran.push('called off'))();
  await new Promise<void>((resolve) => systemClock.after(1, resolve));
  expect(ran).toEqual([]);
});
