// Facts of a config: it is loaded in a process of its own, which can be ended whatever the config does.
import { fork } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../../src/errors';
import { findConfig } from '../../config/find-config';
import type { ConfigTrial } from '../checks/config';

const ROOT = 0;

/** It is prepared first, which takes a moment. */
const LONGEST_MS = 20_000;

/**
 * Loads a config. None of its targets is opened, and nothing of it is kept: the cache stays as it is. A config is a program:
 * root, who only wants to know what is wrong, runs it as the user whose file it is.
 */
export async function tryConfig(config: string, longest = LONGEST_MS): Promise<ConfigTrial> {
  try {
    const path = findConfig(config);
    const cache = mkdtempSync(join(tmpdir(), 'samebox-doctor-'));
    const clear = (): void => rmSync(cache, { recursive: true, force: true });
    process.once('exit', clear); // Ctrl-C waits for nobody.
    try {
      return await tryIn(cache, path, longest);
    } finally {
      process.off('exit', clear);
      clear();
    }
  } catch (error) {
    return { path: config, error: messageOf(error) };
  }
}

function tryIn(cache: string, config: string, longest: number): Promise<ConfigTrial> {
  return new Promise((resolve) => {
    // What a config prints is of no interest here, nor what NODE_OPTIONS loads into every process.
    const { NODE_OPTIONS: _, ...env } = process.env;
    const script = join(__dirname, 'try-config-main.js');
    const owner = process.geteuid?.() === ROOT ? ownerOf(config) : undefined;
    if (owner !== undefined) chownSync(cache, owner.uid, owner.gid);
    const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] as ('ignore' | 'ipc')[];
    const child = fork(script, [config, cache], { env, execArgv: [], stdio, ...owner });
    let trial: ConfigTrial = {
      path: config,
      error: 'the process that loads it ended before it was loaded. Does it call process.exit()?',
    };
    const timer = setTimeout(() => {
      trial = {
        path: config,
        error: `it is not done after ${longest / 1000} s. Does it wait for something outside of its targets?`,
      };
      child.kill('SIGKILL');
    }, longest);
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    const settle = (): void => {
      clearTimeout(timer);
      process.off('exit', kill);
      resolve(trial);
    };
    child.once('message', (said) => {
      trial = said as ConfigTrial;
      child.kill('SIGKILL'); // Whatever the config has begun.
    });
    child.once('error', ({ message }) => {
      trial = { path: config, error: `no process could be started to load it: ${message}.` };
      settle();
    });
    child.once('close', settle);
  });
}

/** Whose file a config is, if that is not root. */
function ownerOf(config: string): { uid: number; gid: number } | undefined {
  const { uid, gid } = statSync(config);
  return uid === ROOT ? undefined : { uid, gid };
}
