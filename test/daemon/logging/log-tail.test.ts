// The last lines of a log, and the lines to come.
import { LogTail } from '../../../daemon/logging/log-tail';

async function take(lines: AsyncIterator<string>, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) taken.push((await lines.next()).value);
  return taken;
}

test('the last lines are kept, and no more than so many', () => {
  const tail = new LogTail(3);
  for (const line of ['a', 'b', 'c', 'd']) tail.write(line);
  expect(tail.last(2)).toEqual(['c', 'd']);
  expect(tail.last(100)).toEqual(['b', 'c', 'd']);
  expect(tail.last(0)).toEqual([]);
  expect(tail.last(-1)).toEqual([]);
});

test('a follower gets every line from the moment it asked, not from its first read', async () => {
  const tail = new LogTail();
  tail.write('before');
  const lines = tail.follow(new AbortController().signal);
  tail.write('a');
  tail.write('b');
  expect(await take(lines, 2)).toEqual(['a', 'b']);
  const next = lines.next();
  tail.write('c');
  expect(await next).toEqual({ done: false, value: 'c' });
});

test('a follower that is too slow loses the oldest lines and is told how many', async () => {
  const tail = new LogTail();
  const lines = tail.follow(new AbortController().signal, 3);
  for (let line = 0; line < 10; line++) tail.write(`line ${line}`);
  const [told, ...rest] = await take(lines, 4);
  expect(JSON.parse(told ?? '')).toMatchObject({
    level: 40,
    msg: '7 lines were lost: the reader was too slow',
  });
  expect(rest).toEqual(['line 7', 'line 8', 'line 9']);
  tail.write('later');
  expect(await take(lines, 1)).toEqual(['later']);
});

test('a slow follower takes nothing from the others', async () => {
  const tail = new LogTail();
  const { signal } = new AbortController();
  const [slow, quick] = [tail.follow(signal, 1), tail.follow(signal)];
  for (const line of ['a', 'b', 'c']) tail.write(line);
  expect(await take(quick, 3)).toEqual(['a', 'b', 'c']);
  expect((await take(slow, 2))[1]).toBe('c');
});

test('following ends when its signal aborts, also while it waits, and nothing of it remains', async () => {
  const tail = new LogTail();
  const ending = new AbortController();
  const lines = tail.follow(ending.signal);
  const waiting = lines.next();
  ending.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect((tail as unknown as { followers: Set<unknown> }).followers.size).toBe(0);
  expect(await tail.follow(AbortSignal.abort()).next()).toEqual({ done: true, value: undefined });
});
