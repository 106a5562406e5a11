// Facts of endpoints: what lies at each, who answers there, who holds its lock.
import { lstatSync } from 'node:fs';
import type { DaemonAnswer, DoctorRequest } from '../../../src/doctor-request';
import {
  candidatesForConnecting,
  checkEndpoint,
  endpointsThere,
  probe,
  type Endpoint,
  type Surroundings,
} from '../../../src/endpoint';
import { groupLabel, userLabel } from '../../../src/native';
import { IS_WINDOWS, OS } from '../../../src/os';
import { VERSION } from '../../../src/version';
import type { EndpointFacts, SocketOwner } from '../checks/endpoint';
import { lockFacts } from './lock';
import type { Memberships } from './memberships';
import { isAlive, processOf } from './processes';

/** Who looks. */
export interface Looker {
  readonly where: Surroundings;
  readonly user: string;
  readonly memberships: Memberships;
  readonly ask: DoctorRequest['ask'];
}

/** The endpoint that was asked for, and all others of which something is there. */
export async function endpointFacts(
  wanted: string | undefined,
  alone: boolean,
  looker: Looker,
): Promise<EndpointFacts[]> {
  const { where } = looker;
  const candidates = wanted === undefined ? [] : candidatesForConnecting(wanted, where);
  const paths = new Set(candidates.map(({ path }) => path));
  const others = alone ? [] : endpointsThere(where).filter(({ path }) => !paths.has(path));
  const [asked, rest] = await Promise.all([
    Promise.all(candidates.map((endpoint) => factsAt(endpoint, true, looker))),
    Promise.all(others.map((endpoint) => factsAt(endpoint, false, looker))),
  ]);
  const first = firstOf(asked);
  return [...(first === undefined ? [] : [first]), ...rest];
}

/** A name is served in one of several directories: the one that a client would find, or what is left in one. */
function firstOf(all: readonly EndpointFacts[]): EndpointFacts | undefined {
  const chosen =
    all.find(({ probe: { state } }) => state === 'live') ??
    all.find(({ probe: { state } }) => state !== 'absent') ??
    all.find(({ lock }) => lock.state === 'held') ??
    all[0];
  return chosen && { ...chosen, tried: all.map(({ path }) => path) };
}

async function factsAt(endpoint: Endpoint, wanted: boolean, looker: Looker): Promise<EndpointFacts> {
  const { label, path } = endpoint;
  const found = await probe(path);
  const lock = lockFacts(endpoint);
  const facts: EndpointFacts = {
    label,
    path,
    probe: found,
    lock,
    wanted,
    user: looker.user,
    namesCallers: OS === 'linux' || OS === 'darwin',
    version: VERSION,
  };
  if (found.state === 'denied') {
    const socket = await ownerOf(path, looker.memberships);
    return { ...facts, ...(socket && { socket }) };
  }
  if (found.state !== 'live') return facts;
  const pid = found.pid ?? lock.pid;
  const listener = pid === undefined ? undefined : processOf(pid);
  // Taken before it is asked: whoever holds the socket starts a new one when somebody connects.
  const abandoned = found.pid !== undefined && !isAlive(found.pid);
  const answer = await answerAt(endpoint, looker);
  return { ...facts, abandoned, ...(answer && { answer }), ...(listener && { listener }) };
}

/** What isn't trusted isn't talked to, as no client does: its directory is told of already. */
async function answerAt(endpoint: Endpoint, { where, ask }: Looker): Promise<DaemonAnswer | undefined> {
  try {
    checkEndpoint(endpoint, where);
  } catch {
    return undefined;
  }
  return ask(endpoint.path);
}

async function ownerOf(path: string, memberships: Memberships): Promise<SocketOwner | undefined> {
  if (IS_WINDOWS) return undefined;
  try {
    const { uid, gid, mode } = lstatSync(path);
    return {
      user: userLabel(uid),
      group: groupLabel(gid),
      groupMay: (mode & 0o060) === 0o060,
      member: await memberships.of(gid),
    };
  } catch {
    return undefined; // In a directory that is closed to this user.
  }
}
