// Starts the process that prepares a config, and waits for its answer.
import { execFile } from 'node:child_process';
import { relative } from 'node:path';
import { messageOf, SameboxError } from '../../src/errors';
import type { Manifest } from './manifest';
import type { PrepareAnswer, PrepareJob } from './prepare-main';
import { faultMessage, type SourceFault } from './source-error';

/** Parsing is quick: whatever takes longer hangs. */
const LONGEST_MS = 60_000;
const LARGEST_ANSWER = 256 * 1024 * 1024;

/**
 * Prepares a config in a process of its own, so that this one loads neither the stripper nor the parser.
 * @throws SameboxError `INVALID_ARGUMENT` for a fault in the person's source, `INTERNAL` if the process fails.
 */
export async function runPreparer(script: string, job: PrepareJob): Promise<Manifest> {
  const answer = await answerOf(script, job);
  if ('manifest' in answer) return answer.manifest;
  throw configError(answer.fault);
}

/** A fault in a person's source as an error: the message names file, line and column, and shows the line. */
export function configError(fault: SourceFault, cause?: unknown): SameboxError {
  const { file, line, column } = fault;
  const shown = file === undefined ? fault : { ...fault, file: shortPath(file) };
  return new SameboxError('INVALID_ARGUMENT', faultMessage(shown), {
    ...(cause !== undefined && { cause }),
    details: {
      ...(file !== undefined && { file }),
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
    },
  });
}

/** A path as people read it: relative if it is below the working directory. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') || short.length >= path.length ? path : short;
}

async function answerOf(script: string, job: PrepareJob): Promise<PrepareAnswer> {
  // NODE_OPTIONS may load a debugger or a compiler into every process.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const options = { env, timeout: LONGEST_MS, maxBuffer: LARGEST_ANSWER, windowsHide: true };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, JSON.stringify(job)], options, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as PrepareAnswer);
      } catch {
        const why = error?.killed === true ? `took over ${LONGEST_MS / 1000} s` : stderr.trim().slice(-2000);
        const message = `The process that prepares ${job.config} failed: ${why || messageOf(error)}`;
        reject(new SameboxError('INTERNAL', message, { ran: 'no', cause: error }));
      }
    });
  });
}
