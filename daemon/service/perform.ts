// Doing what a plan says, step by step; what fails is told with what it said.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { messageOf, SameboxError } from '../../src/errors';
import { codeOf } from '../../src/native';
import { writeWhole } from '../../src/write-whole';
import type { Plan, Step } from './plan';
import { stepTitle } from './print-plan';

/** Who hears of it. */
export interface Audience {
  /** A step was done. */
  readonly done: (step: Step) => void;
  /** Something did not work that needn't. */
  readonly note: (text: string) => void;
  /** A line of output that is for the person. */
  readonly line: (text: string) => void;
}

/**
 * Does all steps of a plan.
 * @param root stands before the path of every file: for tests.
 * @throws SameboxError that names the step: `UNREACHABLE` if a program failed, `DENIED`, `INTERNAL`; those before it are done.
 */
export async function perform({ steps }: Plan, audience: Audience, root = ''): Promise<void> {
  for (const step of steps) {
    await performStep(step, audience, root);
    audience.done(step);
  }
}

async function performStep(step: Step, audience: Audience, root: string): Promise<void> {
  try {
    switch (step.kind) {
      case 'write':
        mkdirSync(dirname(root + step.path), { recursive: true });
        writeWhole(root + step.path, step.text);
        chmodSync(root + step.path, step.mode ?? 0o644);
        return;
      case 'remove':
        return rmSync(root + step.path, { recursive: true, force: true });
      case 'run':
        return await runProgram(step, audience);
      case 'act':
        return await step.act(audience.line);
    }
  } catch (error) {
    if (SameboxError.is(error)) throw error;
    const code = ['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '') ? 'DENIED' : 'INTERNAL';
    throw new SameboxError(code, `${stepTitle(step)} failed: ${messageOf(error)}`, {
      ran: 'no',
      cause: error,
    });
  }
}

type Run = Extract<Step, { kind: 'run' }>;

async function runProgram(step: Run, audience: Audience): Promise<void> {
  const { command, env, mayFail = false, otherwise, next, shown = false } = step;
  const [file, ...args] = command;
  const child = spawn(file, args, {
    stdio: ['inherit', shown ? 'pipe' : 'ignore', shown ? 'inherit' : 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const lines = child.stdout && createInterface({ input: child.stdout });
  lines?.on('line', audience.line);
  const failed = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(codeOf(error) === 'ENOENT' ? 'it is not there' : error.message));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : said.trim() || (signal ?? `exit code ${code}`)),
    );
  });
  if (failed === undefined || mayFail) return;
  if (otherwise !== undefined) return audience.note(otherwise);
  const hint = next === undefined ? '' : `\n  ${next}`;
  throw new SameboxError('UNREACHABLE', `${stepTitle(step)} failed: ${failed}${hint}`, {
    details: { command: [...command] },
  });
}
