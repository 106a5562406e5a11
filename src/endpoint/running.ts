// Which daemons run: for a command that was told no endpoint.
import { readdirSync } from 'node:fs';
import { checkEndpoint } from './check';
import { runtimeDirectories } from './directories.unix';
import {
  isEndpointName,
  LOCK_SUFFIX,
  SOCKET_SUFFIX,
  socketEndpoint,
  type Endpoint,
  type RuntimeDirectory,
} from './endpoint';
import { lockDirectory, pipeEndpoint, servicePipe, servicesFolder } from './pipes.windows';
import { probe } from './probe';
import { here, type Surroundings } from './surroundings';

/** A daemon that answers. */
export interface RunningDaemon {
  readonly name: string;
  readonly path: string;
}

/**
 * The named daemons of this user that accept a connection, sorted by name; if there are none, those of the system that
 * let this user in. What a dead daemon left behind is passed over, and so is what only pretends to be this user's.
 */
export async function runningDaemons(where: Surroundings = here()): Promise<RunningDaemon[]> {
  const windows = where.os === 'windows';
  const own = await answering(windows ? pipes(where) : sockets(where, 'own'));
  return own.length > 0 ? own : answering(windows ? servicePipes(where) : sockets(where, 'system'));
}

async function answering(daemons: RunningDaemon[]): Promise<RunningDaemon[]> {
  const found = await Promise.all(
    daemons.map(async (daemon) => ((await probe(daemon.path)).state === 'live' ? [daemon] : [])),
  );
  // A name that is served in two directories is the one that a client would find: the first.
  const byName = new Map(
    found
      .flat()
      .reverse()
      .map((daemon) => [daemon.name, daemon]),
  );
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function sockets(where: Surroundings, kind: RuntimeDirectory['kind']): RunningDaemon[] {
  return runtimeDirectories(where)
    .filter((directory) => directory.kind === kind)
    .flatMap((directory) =>
      namesIn(directory.path, SOCKET_SUFFIX).map((name) => socketEndpoint(name, directory)),
    )
    .filter((endpoint) => isTrusted(endpoint, where))
    .map((endpoint) => ({ name: endpoint.label, path: endpoint.path }));
}

function isTrusted(endpoint: Endpoint, where: Surroundings): boolean {
  try {
    checkEndpoint(endpoint, where);
    return true;
  } catch {
    return false;
  }
}

/**
 * Every endpoint of which something lies where names are looked for, a socket or a lock, whoever has put it there and
 * whether or not anybody listens.
 */
export function endpointsThere(where: Surroundings = here()): Endpoint[] {
  if (where.os === 'windows')
    return namesIn(lockDirectory(where), LOCK_SUFFIX).map((name) => pipeEndpoint(name, where));
  return runtimeDirectories(where).flatMap((directory) => {
    const names = [SOCKET_SUFFIX, SOCKET_SUFFIX + LOCK_SUFFIX].flatMap((end) => namesIn(directory.path, end));
    return [...new Set(names)].sort().map((name) => socketEndpoint(name, directory));
  });
}

/** Pipes can't be listed everywhere; lock files, which stay, can. */
function pipes(where: Surroundings): RunningDaemon[] {
  return namesIn(lockDirectory(where), LOCK_SUFFIX).map((name) => ({
    name,
    path: pipeEndpoint(name, where).path,
  }));
}

/** Each service has a folder; those of a world of its own (SAMEBOX_RUNTIME_DIR) aren't looked for. */
function servicePipes(where: Surroundings): RunningDaemon[] {
  if (where.env.SAMEBOX_RUNTIME_DIR) return [];
  return namesIn(servicesFolder(where.env), '').map((name) => ({
    name,
    path: servicePipe(name, where).path,
  }));
}

function namesIn(directory: string, suffix: string): string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith(suffix))
      .map((file) => file.slice(0, file.length - suffix.length))
      .filter(isEndpointName);
  } catch {
    return []; // Not there, or not ours to read.
  }
}
