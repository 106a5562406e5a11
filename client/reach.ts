// One attempt to reach a daemon: a socket, hello, welcome.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { checkEndpoint, type Endpoint } from '../src/endpoint';
import { SameboxError } from '../src/errors';
import type { Handoff } from '../src/handoff/handoff';
import {
  greeting,
  readWelcome,
  sendHello,
  type PeerInfo,
  type SessionRequest,
  type Welcome,
} from '../src/handshake';
import { LOW_LATENCY, type HotLoop } from '../src/latency/hot-loop';
import { LANE } from '../src/latency/latency';
import type { Limits } from '../src/limits';
import type { Secret } from '../src/secret';
import { ChallengeAnswer } from './answer-challenge';
import type * as DialPipe from './dial-pipe.windows';
import { lifeOf, native, peerCredentials } from '../src/native';
import { nameOfProcess } from '../src/native/process-life.linux';
import { IS_WINDOWS, OS } from '../src/os';
import { Connection } from '../src/peer/connection';
import { readGoaway } from '../src/peer/goaway';
import { connectReading } from '../src/peer/reads';
import { KIND } from '../src/frames';

/** A connection on which hello and welcome have passed. */
export interface Reached {
  readonly connection: Connection;
  readonly welcome: Welcome;
  readonly endpoint: Endpoint;
}

/** Who comes. */
export interface Visitor {
  readonly self: PeerInfo;
  /** The session to be taken up, if there is one. */
  readonly session: SessionRequest;
  readonly limits: Limits;
  readonly handoff: Handoff;
  readonly secret: Secret | undefined;
  /** Set, if low latency is asked for. */
  readonly hot: HotLoop | undefined;
  /** Whether a lane is asked for, too. */
  readonly lane: boolean;
  /** Told once connected, if the daemon has to be started first. */
  readonly onHeld: () => void;
}

/** Errors that another attempt won't cure. */
export function isFinal(error: SameboxError): boolean {
  return (
    error.code !== 'UNREACHABLE' &&
    error.code !== 'CONNECTION_LOST' &&
    error.code !== 'BUSY' &&
    error.code !== 'DRAINING'
  );
}

/**
 * Tries the endpoints in turn.
 * @param adopt takes the connection over, at once: from the next frame on they are its own.
 * @throws SameboxError `UNREACHABLE` saying what was tried, or what the daemon said: `INCOMPATIBLE`, `DENIED`, `BUSY`.
 */
export async function reach(
  endpoints: readonly Endpoint[],
  visitor: Visitor,
  signal: AbortSignal,
  adopt: (reached: Reached) => void,
): Promise<void> {
  const tried: string[] = [];
  for (const endpoint of endpoints) {
    const socket = await open(endpoint, signal).catch((error: unknown) => {
      tried.push(
        `${endpoint.path} (${SameboxError.is(error) ? error.message : codeText(error as NodeJS.ErrnoException)})`,
      );
    });
    if (socket !== undefined) return greet(socket, endpoint, visitor, signal, adopt);
  }
  const label = endpoints[0]?.label ?? 'the endpoint';
  throw new SameboxError(
    'UNREACHABLE',
    `No daemon answers at ${label}. Tried ${tried.join(', ')}. Start one: samebox serve`,
    {
      details: { endpoint: label, tried },
    },
  );
}

function codeText({ code = 'unknown error' }: NodeJS.ErrnoException): string {
  return code === 'EACCES' || code === 'EPERM' ? `${code}: this user may not connect` : code;
}

/** A connected socket. @throws SameboxError `DENIED` if a stranger may be listening there; the system's error otherwise. */
async function open(endpoint: Endpoint, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  checkEndpoint(endpoint);
  if (IS_WINDOWS && native().available) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- only Windows has it
    const { dialPipe } = require('./dial-pipe.windows') as typeof DialPipe;
    return dialPipe(endpoint, signal);
  }
  const socket = connectReading(endpoint.path);
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function greet(
  socket: Socket,
  endpoint: Endpoint,
  { self, session, limits, handoff, secret, hot, lane, onHeld }: Visitor,
  signal: AbortSignal,
  adopt: (reached: Reached) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const connection = new Connection(socket, endpoint.label, limits);
    connection.expectGreeting();
    const challenge = new ChallengeAnswer(secret, connection);
    const pid = peerCredentials(socket)?.pid;
    const held = isHeld(pid);
    if (held) onHeld();
    const ours = handoff.over(connection, pid);
    const onAbort = (): void => connection.destroy(held ? notStarted(endpoint) : silent(endpoint));
    signal.addEventListener('abort', onAbort, { once: true });
    let said: SameboxError | undefined;
    connection.handler = {
      onFrame: (frame) => {
        if (frame.head[0] === KIND.goaway) {
          said = readGoaway(frame.head[3], frame.body);
          return;
        }
        if (frame.head[0] === KIND.challenge) return challenge.take(frame.body);
        const welcome = readWelcome(frame);
        challenge.requireProof();
        signal.removeEventListener('abort', onAbort);
        connection.peerLimits = welcome.limits;
        ours.greeted(welcome.features, welcome.handoff);
        if (welcome.features.includes(LOW_LATENCY)) connection.hot = hot;
        const wantsLane = lane && connection.hot !== undefined && welcome.features.includes(LANE);
        const coming = wantsLane ? connection.wantLane(connection.hot as HotLoop, pid).settled : undefined;
        adopt({ connection, welcome, endpoint });
        // Who waits for the connection finds it as it will be; calls may go before.
        if (coming === undefined) return resolve();
        void coming.then(resolve);
        // A daemon that never offers it keeps nobody waiting for longer than one that never answers.
        signal.addEventListener('abort', () => resolve(), { once: true });
      },
      onEnd: (reason) => {
        signal.removeEventListener('abort', onAbort);
        reject(said ?? (held ? notStarted(endpoint, reason) : reason));
      },
    };
    const wanted = hot === undefined ? [] : lane ? [LOW_LATENCY, LANE] : [LOW_LATENCY];
    const hello = { ...greeting(self, limits, ours.greeting, wanted), session };
    challenge.said(sendHello(connection, challenge.announcing(hello)));
  });
}

/** The machine's systemd, where the machine has one. */
const INIT = 1;

/**
 * Whether the one that listens, by the kernel's word, is none that will answer by itself: it is systemd, which starts the daemon
 * because somebody connects; or it is dead, and systemd keeps its socket for the next one.
 */
function isHeld(pid = 0): boolean {
  if (OS !== 'linux' || pid <= 0) return false;
  // Where /proc hides others' processes, a daemon that lives has no name: that alone says nothing.
  return pid === INIT || nameOfProcess(pid) === 'systemd' || lifeOf({ pid }) === 'dead';
}

function silent(endpoint: Endpoint): SameboxError {
  return new SameboxError(
    'UNREACHABLE',
    `${endpoint.label}: something listens at ${endpoint.path} but does not answer`,
    {
      details: { endpoint: endpoint.label, tried: [endpoint.path] },
    },
  );
}

function notStarted(endpoint: Endpoint, cause?: SameboxError): SameboxError {
  return new SameboxError(
    'UNREACHABLE',
    `${endpoint.label}: systemd holds ${endpoint.path}, but the daemon does not start. See why: samebox service status`,
    { details: { endpoint: endpoint.label, tried: [endpoint.path] }, ...(cause && { cause }) },
  );
}
