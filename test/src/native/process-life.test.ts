// Whether a process lives, asked of real ones.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { lifeOf, markProcess, pidToMark } from '../../../src/native/process-life';
import { nameOfProcess } from '../../../src/native/process-life.linux';
import { OS } from '../../../src/os';

const posix = OS === 'windows' ? test.skip : test;
const told = OS === 'linux' || OS === 'windows' ? test : test.skip;

told('a process that was marked is alive until it ends, and dead from then on', async () => {
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

told('another process that got the number is not taken for the one that was marked', () => {
  const { pid, start } = markProcess(process.pid);
  expect(lifeOf({ pid, start: start! })).toBe('alive');
  expect(lifeOf({ pid, start: `${BigInt(start!) - 1n}` })).toBe('dead');
});

const linux = OS === 'linux' ? test : test.skip;

linux('a process has a name as long as it is there', async () => {
  expect(nameOfProcess(process.pid)).toBe('node');
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  expect(nameOfProcess(child.pid!)).toBeUndefined();
});

test('nothing is known of a number that is none', () => {
  expect(lifeOf({ pid: 0 })).toBe('unknown');
  expect(lifeOf({ pid: -1 })).toBe('unknown');
});

posix(
  'without its start, a process that is there may be another one, and one that is not there is dead',
  async () => {
    expect(lifeOf({ pid: process.pid })).toBe('unknown');
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(lifeOf({ pid: child.pid! })).toBe('dead');
  },
);

test('what the kernel names goes before what a process states, which counts where nobody is named', () => {
  expect(pidToMark(5, 6)).toBe(5);
  expect(pidToMark(undefined, 6)).toBe(OS === 'windows' ? 6 : undefined);
  expect(pidToMark(undefined, 0)).toBeUndefined();
});
