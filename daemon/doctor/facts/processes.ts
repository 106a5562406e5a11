// Facts of processes and their file descriptors, where the system tells.
import { execFile } from 'node:child_process';
import { IS_WINDOWS, OS } from '../../../src/os';
import { codeOf } from '../../../src/native';
import type { DescriptorFacts } from '../checks/descriptors';
import type { ProcessFacts } from '../checks/endpoint';
import { descriptorsOf, processFacts } from './processes.linux';

/** No program that is only asked for a number takes longer. */
const LONGEST_MS = 2000;

/** What is known of a process; `undefined` where nothing is, or it is gone. */
export function processOf(pid: number): ProcessFacts | undefined {
  if (OS === 'linux') return processFacts(pid);
  return isAlive(pid) ? { pid } : undefined;
}

/** Whether there is a process of that number. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM'; // Another user's.
  }
}

/** Descriptors here, and of these daemons. */
export async function descriptorFacts(
  daemons: readonly { name: string; pid: number }[],
): Promise<DescriptorFacts> {
  const limit = OS === 'linux' ? descriptorsOf('self')?.limit : await shellLimit();
  const theirs = daemons.flatMap((daemon) => {
    const counts = OS === 'linux' ? descriptorsOf(daemon.pid) : undefined;
    return counts === undefined ? [] : [{ ...daemon, ...counts }];
  });
  return { ...(limit !== undefined && { limit }), daemons: theirs };
}

/** A shell inherits what Node has raised its own limit to. */
async function shellLimit(): Promise<number | undefined> {
  if (IS_WINDOWS) return undefined;
  const said = (await output('sh', ['-c', 'ulimit -n']))?.trim();
  if (said === 'unlimited') return Infinity;
  return said !== undefined && /^\d+$/.test(said) ? Number(said) : undefined;
}

/** What a program prints; `undefined` if it isn't there, fails, or takes too long. */
export function output(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: LONGEST_MS, killSignal: 'SIGKILL', windowsHide: true } as const;
    execFile(program, args, options, (error, stdout) => resolve(error === null ? stdout : undefined));
  });
}
