// Plans that are carried out: files, removals, programs, and what is said when one fails.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { perform } from '../../../daemon/service/perform';
import type { Step } from '../../../daemon/service/plan';
import { IS_WINDOWS } from '../../../src/os';

const root = mkdtempSync(join(tmpdir(), 'sbx-perform-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function run(...steps: Step[]): Promise<{ done: number; notes: string[]; lines: string[] }> {
  const heard = { done: 0, notes: [] as string[], lines: [] as string[] };
  await perform(
    { steps, done: [] },
    {
      done: () => heard.done++,
      note: (text) => heard.notes.push(text),
      line: (text) => heard.lines.push(text),
    },
    root,
  );
  return heard;
}
const node = (code: string): [string, ...string[]] => [process.execPath, '-e', code];

test('files are written with their folders and modes, and removed again', async () => {
  await run(
    { kind: 'write', path: '/a/b/c.service', text: 'x\n' },
    { kind: 'write', path: '/a/secret', text: '', mode: 0o600 },
  );
  expect(readFileSync(join(root, 'a/b/c.service'), 'utf8')).toBe('x\n');
  const modes = ['a/b/c.service', 'a/secret'].map((file) => statSync(join(root, file)).mode & 0o777);
  expect(modes).toEqual(IS_WINDOWS ? [0o666, 0o666] : [0o644, 0o600]); // Windows has none.
  await run({ kind: 'remove', path: '/a/b' }, { kind: 'remove', path: '/never/there' });
  expect(existsSync(join(root, 'a/b'))).toBe(false);
});

test('the output of a program is for the person only if the step says so', async () => {
  const command = node("console.log('one\\ntwo')");
  expect((await run({ kind: 'run', command, shown: true })).lines).toEqual(['one', 'two']);
  expect((await run({ kind: 'run', command })).lines).toEqual([]);
});

test('a program gets the variables of its step', async () => {
  const step: Step = {
    kind: 'run',
    command: node('console.log(process.env.WHERE)'),
    env: { WHERE: 'here' },
    shown: true,
  };
  expect((await run(step)).lines).toEqual(['here']);
});

test('a program that fails ends the plan with what it said; later steps are not done', async () => {
  const fails = node("console.error('no bus'); process.exit(1)");
  const write: Step = { kind: 'write', path: '/later', text: '' };
  await expect(run({ kind: 'run', command: fails }, write)).rejects.toThrow(/failed: no bus/);
  expect(existsSync(join(root, 'later'))).toBe(false);
});

test('one that may fail does not, and says what else there is to say', async () => {
  const command = node('process.exit(3)');
  expect(await run({ kind: 'run', command, mayFail: true })).toMatchObject({ done: 1, notes: [] });
  expect(await run({ kind: 'run', command, otherwise: 'Do it by hand.' })).toMatchObject({
    notes: ['Do it by hand.'],
  });
  await expect(run({ kind: 'run', command: ['no-such-program'] })).rejects.toThrow(/it is not there/);
});

test('what no program does is done, and may tell the person lines', async () => {
  const step: Step = { kind: 'act', says: 'count', act: (line) => line('one') };
  expect((await run(step)).lines).toEqual(['one']);
  const fails: Step = { kind: 'act', says: 'count', act: () => Promise.reject(new Error('no more numbers')) };
  await expect(run(fails)).rejects.toThrow('count failed: no more numbers');
});
