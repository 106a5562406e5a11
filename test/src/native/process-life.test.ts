// Whether a process lives, asked of real ones.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { lifeOf, markProcess } from '../../../src/native/process-life';
import { OS } from '../../../src/os';

const onLinux = OS === 'linux' ? test : test.skip;

onLinux('a process that was marked is alive until it ends, and dead from then on', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(child, 'spawn');
  const mark = markProcess(child.pid!);
  expect(lifeOf(mark)).toBe('alive');
  child.kill('SIGKILL');
  await once(child, 'exit');
  while (lifeOf(mark) !== 'dead') await turn(); // What was read a moment ago is believed that long.
  expect(lifeOf(mark)).toBe('dead');
});

onLinux('another process that got the number is not taken for the one that was marked', () => {
  const { pid, start } = markProcess(process.pid);
  expect(lifeOf({ pid, start: start! })).toBe('alive');
  expect(lifeOf({ pid, start: `${Number(start) - 1}` })).toBe('dead');
});

test('nothing is known of a number that is none', () => {
  expect(lifeOf({ pid: 0 })).toBe('unknown');
  expect(lifeOf({ pid: -1 })).toBe('unknown');
});

onLinux(
  'without its start, a process that is there may be another one, and one that is not there is dead',
  async () => {
    expect(lifeOf({ pid: process.pid })).toBe('unknown');
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(lifeOf({ pid: child.pid! })).toBe('dead');
  },
);
