// Hello and welcome: who is there, which version, which features, which limits.
import { decodeValue } from './cbor/decode';
import { SameboxError } from './errors';
import { KIND, type EncodedBody, type Head } from './frames';
import { HANDOFF, type HandoffGreeting } from './handoff/connection-handoff';
import { DEFAULT_LIMITS, LEAST_LIMITS, type Limits, type StatedLimits } from './limits';
import type { CompleteFrame } from './peer/arrivals';
import type { Connection } from './peer/connection';

/** The version of docs/PROTOCOL.md that this is: major, minor. Majors must be equal; the lower minor holds. */
export const PROTOCOL_VERSION: readonly [number, number] = [1, 0];

/** What a greeting may hold. */
const GREETING = { depth: 8, items: 128 * 1024 };

/** Who a side says it is. Labels, never proofs. */
export interface PeerInfo {
  readonly name: string;
  readonly pid: number;
  readonly language: string;
  /** Version of the samebox library, or of what stands in for it. */
  readonly version: string;
}

/** What a daemon declares of a method, so that clients know it before they call. */
export interface MethodDeclaration {
  /** Its own default deadline in milliseconds. */
  readonly timeout?: number;
  /** Whether it may be sent again when nobody knows whether it ran. */
  readonly idempotent?: boolean;
}

/** What both sides say first. */
interface Greeting {
  readonly protocol: readonly [number, number];
  readonly features: readonly string[];
  readonly limits: StatedLimits;
  readonly peer: PeerInfo;
  /** How to prove that this side's memory can be read; none where it can't. */
  readonly handoff: HandoffGreeting;
}

/** The name of the feature that lets a session survive its socket. */
export const RESUME = 'resume';

/** Which session a client wants to take up. */
export interface SessionRequest {
  /** The session that it had, and the secret that proves it. */
  readonly id?: number;
  readonly token?: Uint8Array;
  /** The name of a session that outlives its client. */
  readonly name?: string;
  /** Whether to take a named session from a client that is still there. */
  readonly steal?: boolean;
}

/** The first frame of a client. */
export interface Hello extends Greeting {
  readonly session: SessionRequest;
}

/** What a client learns of its session. */
export interface SessionGrant {
  readonly id: number;
  /** Whether it is one that was there before. */
  readonly resumed: boolean;
  /** What takes it up again on another connection; without it, it ends with this one. */
  readonly token?: Uint8Array;
  /** Milliseconds that it waits then. */
  readonly window: number;
  /** The highest call id that has come. */
  readonly seen: number;
  /** The ids of calls of which the daemon holds something: those that run, and those whose answers are kept. */
  readonly held: readonly number[];
}

/** The daemon's answer. */
export interface Welcome extends Greeting {
  readonly session: SessionGrant;
  /** What the daemon declares of methods, by `target.method`: those that differ from the defaults only. */
  readonly methods: Readonly<Record<string, MethodDeclaration>>;
}

/**
 * What both sides begin with.
 * @param more features beside those that every side has: what a client asks for, what a daemon grants.
 */
export function greeting(
  peer: PeerInfo,
  limits: Limits,
  handoff: HandoffGreeting,
  more: readonly string[] = [],
): Greeting {
  const { frameBytes, headBytes, attachments, segmentBytes, segments } = limits;
  return {
    protocol: PROTOCOL_VERSION,
    features: [HANDOFF, RESUME, ...more],
    limits: { frameBytes, headBytes, attachments, segmentBytes, segments },
    peer,
    handoff,
  };
}

/** @returns the body as it was sent: what proves a secret is over it. */
export function sendHello(connection: Connection, hello: Hello): EncodedBody {
  const head: Head = [KIND.hello, 0, 0];
  return connection.send(head, { value: hello, root: 'hello' });
}

export function sendWelcome(connection: Connection, welcome: Welcome): void {
  connection.send([KIND.welcome, 0, 0], { value: welcome, root: 'welcome' });
}

/** @throws SameboxError `PROTOCOL` if the frame is no hello, `INCOMPATIBLE` if the versions don't meet. */
export function readHello(frame: CompleteFrame): Hello {
  if (frame.head[0] !== KIND.hello) throw new SameboxError('PROTOCOL', 'the first frame must be a hello');
  const hello = readGreeting('hello', frame.body) as Greeting & { session?: unknown };
  return { ...hello, session: checkedRequest(hello.session ?? {}) };
}

function checkedRequest(stated: object): SessionRequest {
  const { id, token, name, steal } = stated as Partial<Record<keyof SessionRequest, unknown>>;
  const resumes = typeof id === 'number' && token instanceof Uint8Array;
  return {
    ...(resumes && { id, token: Uint8Array.from(token) }), // The frame's own bytes don't stay.
    ...(typeof name === 'string' && name !== '' && { name: label(name) }),
    ...(steal === true && { steal }),
  };
}

/** @throws SameboxError `PROTOCOL` if the frame is no welcome, `INCOMPATIBLE` if the versions don't meet. */
export function readWelcome(frame: CompleteFrame): Welcome {
  if (frame.head[0] !== KIND.welcome)
    throw new SameboxError('PROTOCOL', 'the daemon did not answer with a welcome');
  const welcome = readGreeting('welcome', frame.body) as Greeting & Partial<Welcome>;
  const { session, methods } = welcome;
  if (typeof session?.id !== 'number') throw new SameboxError('PROTOCOL', 'a welcome without a session');
  return { ...welcome, session: checkedGrant(session), methods: checkedMethods(methods ?? {}) };
}

function checkedGrant(stated: Partial<SessionGrant> & { id: number }): SessionGrant {
  const { id, resumed, token, window, seen, held } = stated;
  const count = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  return {
    id,
    resumed: resumed === true,
    ...(token instanceof Uint8Array && { token: Uint8Array.from(token) }),
    window: typeof window === 'number' && window >= 0 ? window : DEFAULT_LIMITS.resumeWindow,
    seen: count(seen) ? seen : 0,
    held: Array.isArray(held) ? held.filter(count) : [],
  };
}

function checkedMethods(stated: object): Record<string, MethodDeclaration> {
  const methods: [string, MethodDeclaration][] = Object.entries(stated).map(([name, value]) => {
    const { timeout, idempotent } = (value ?? {}) as Partial<Record<keyof MethodDeclaration, unknown>>;
    const usable = typeof timeout === 'number' && timeout >= 0;
    return [name, { ...(usable && { timeout }), ...(idempotent === true && { idempotent }) }];
  });
  return Object.fromEntries(methods);
}

function readGreeting(what: string, body: Buffer): Greeting {
  const value = decodeValue(body, [], GREETING) as Partial<Greeting> | null;
  if (typeof value !== 'object' || value === null)
    throw new SameboxError('PROTOCOL', `a ${what} without a map`);
  checkVersion(value.protocol);
  const { protocol, features, limits, peer, handoff } = value;
  return {
    ...value,
    protocol,
    features: Array.isArray(features) ? features.filter((name) => typeof name === 'string') : [],
    limits: checkedLimits(limits ?? {}),
    peer: checkedPeer(peer ?? {}),
    handoff: { ...(typeof handoff?.proof === 'string' && { proof: handoff.proof }) },
  };
}

function checkVersion(protocol: unknown): asserts protocol is [number, number] {
  const [major, minor] = Array.isArray(protocol) ? (protocol as unknown[]) : [];
  if (typeof major !== 'number' || typeof minor !== 'number') {
    throw new SameboxError('PROTOCOL', 'a greeting without a protocol version');
  }
  if (major !== PROTOCOL_VERSION[0]) {
    throw new SameboxError(
      'INCOMPATIBLE',
      `the other side speaks protocol ${major}.${minor}, this one ${PROTOCOL_VERSION.join('.')}: update the older one`,
      { details: { theirs: `${major}.${minor}`, ours: PROTOCOL_VERSION.join('.') } },
    );
  }
}

function checkedLimits(stated: Partial<Record<keyof StatedLimits, unknown>>): StatedLimits {
  const limit = (name: keyof StatedLimits, most: number): number => {
    const value = stated[name] ?? DEFAULT_LIMITS[name];
    const least = LEAST_LIMITS[name] ?? 1;
    if (typeof value !== 'number' || !(value >= least)) {
      throw new SameboxError('PROTOCOL', `the limit ${name} must be at least ${least}`);
    }
    return Math.min(value, most);
  };
  return {
    frameBytes: limit('frameBytes', 2 ** 32 - 1),
    headBytes: limit('headBytes', 2 ** 16 - 1),
    attachments: limit('attachments', 2 ** 32 - 1),
    segmentBytes: limit('segmentBytes', Number.MAX_SAFE_INTEGER),
    segments: limit('segments', Number.MAX_SAFE_INTEGER),
  };
}

function checkedPeer(stated: Partial<Record<keyof PeerInfo, unknown>>): PeerInfo {
  const text = (value: unknown): string => (typeof value === 'string' ? label(value) : 'unknown');
  const { name, pid, language, version } = stated;
  return {
    name: text(name),
    pid: Number.isSafeInteger(pid) && (pid as number) > 0 ? (pid as number) : 0,
    language: text(language),
    version: text(version),
  };
}

/** A name as it may be shown anywhere: short, readable in any language, without control characters. */
function label(text: string): string {
  const short = text.slice(0, 200) as string & { toWellFormed(): string };
  return short.toWellFormed().replace(/\p{Cc}/gu, ' ');
}
