// What endpoint names depend on: system, environment, user. Handed in, so that tests can be anywhere.
import { userInfo } from 'node:os';
import { OS, type OperatingSystem } from '../os';

/** Where and as whom a name is resolved. */
export interface Surroundings {
  readonly os: OperatingSystem;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The effective user id; -1 on Windows. */
  readonly uid: number;
  /** The login name: only pipe names are made from it. */
  readonly user: string;
  /** Windows: the folder of the service that this process is: its names are the machine's. Default: it is none. */
  readonly service?: string;
}

/** The surroundings of this process. */
export function here(): Surroundings {
  return { os: OS, env: process.env, uid: process.geteuid?.() ?? -1, user: loginName() };
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USERNAME ?? process.env.USER ?? ''; // A container's uid without an entry.
  }
}
