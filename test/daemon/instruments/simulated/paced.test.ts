import { paced } from '../../../../daemon/instruments/simulated/paced';
import { FakeClock } from '../fake-clock';

const NEVER = new AbortController().signal;

test('values come at their pace, and one that takes long is not made up for', async () => {
  const clock = new FakeClock();
  const start = clock.now();
  const takes = [0, 0, 250, 0, 0];
  const values = paced(clock, 100, NEVER, async () => {
    const time = clock.now() - start;
    await new Promise<void>((resolve) => clock.after(takes.shift() ?? 0, resolve));
    return time;
  });
  const seen: unknown[] = [];
  for (let count = 0; count < 5; count += 1) seen.push((await clock.run(values.next())).value);
  expect(seen).toEqual([0, 100, 200, 450, 550]);
  await values.return();
  expect(clock.pending).toBe(0);
});

test('no timer runs while the consumer does not ask, and none is left when it leaves', async () => {
  const clock = new FakeClock();
  const values = paced(clock, 100, NEVER, async () => 1);
  for (let count = 0; count < 3; count += 1) await clock.run(values.next());
  expect(clock.pending).toBe(0);
  await expect(values.return()).resolves.toEqual({ done: true, value: undefined });
  await expect(values.next()).resolves.toEqual({ done: true, value: undefined });
});

test('an abort ends it at once with the reason', async () => {
  const clock = new FakeClock();
  const cancel = new AbortController();
  const values = paced(clock, 1000, cancel.signal, async () => 1);
  await clock.run(values.next());
  const waiting = values.next();
  cancel.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  expect(clock.pending).toBe(0);
});
