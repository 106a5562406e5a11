// Two peers, or a peer and raw bytes, over a real socket.
import { ByteWriter } from '../../../../src/cbor/byte-writer';
import { EncodedBody, FrameDecoder, writeFrame, type Head } from '../../../../src/frames';
import { SameboxError } from '../../../../src/errors';
import { DEFAULT_LIMITS, type Limits } from '../../../../src/limits';
import { Connection } from '../../../../src/peer/connection';
import type { IncomingCall } from '../../../../src/peer/incoming-call';
import { Peer } from '../../../../src/peer/peer';
import type { CallRequest } from '../../../../src/peer/pending-call';
import type { Socket } from 'node:net';
import { NO_PLACER } from '../../../support/placers';
import { closeSockets, socketPair, type SocketPair } from './sockets';

/** A call of `t.member` with what a test says of it. */
export function request(
  member: string,
  args: readonly unknown[] = [],
  more: Partial<CallRequest> = {},
): CallRequest {
  return { target: 't', member, flags: 0, args, timeout: 60_000, retry: true, ...more };
}

/** A client and a daemon, or what is left of them when they are reduced to peers. */
export interface Rig {
  readonly client: Peer;
  readonly daemon: Peer;
  readonly sockets: SocketPair;
  /** Calls that came to the daemon, in their order. */
  readonly served: IncomingCall[];
  readonly goaways: SameboxError[];
  readonly ends: SameboxError[];
  /** Calls `t.member`. */
  call(member: string, args?: readonly unknown[], more?: Partial<CallRequest>): Promise<unknown>;
  /** Another connection between the same two, with a session of its own. */
  again(): Promise<void>;
}

/** Connects two peers. `serve` answers; the handshake is left out. */
export async function connectPeers(
  serve: (call: IncomingCall) => void,
  limits: { client?: Partial<Limits>; daemon?: Partial<Limits> } = {},
  /** What is done to both ends of a connection before calls go over it. */
  prepare: (here: Connection, there: Connection) => void | Promise<void> = () => undefined,
): Promise<Rig> {
  const served: IncomingCall[] = [];
  const goaways: SameboxError[] = [];
  const ends: SameboxError[] = [];
  const clientLimits = { ...DEFAULT_LIMITS, ...limits.client };
  const daemonLimits = { ...DEFAULT_LIMITS, ...limits.daemon };
  const client = new Peer(
    (call) => call.reject(new SameboxError('NO_TARGET', 'none here')),
    { onGoaway: (reason) => goaways.push(reason), onEnd: (reason) => ends.push(reason) },
    clientLimits,
  );
  const daemon = new Peer(
    (call) => {
      served.push(call);
      serve(call);
    },
    { onGoaway: () => undefined, onEnd: (reason) => daemon.answerer.detach(reason) },
    daemonLimits,
  );
  const attach = async ({ connected, accepted }: SocketPair): Promise<void> => {
    const here = new Connection(connected, 'lab', clientLimits, 'connected');
    const there = new Connection(accepted, 'a client', daemonLimits, 'accepted');
    here.peerLimits = daemonLimits;
    there.peerLimits = clientLimits;
    daemon.attach(there);
    client.attach(here);
    await prepare(here, there);
  };
  const sockets = await socketPair();
  await attach(sockets);
  return {
    client,
    daemon,
    sockets,
    served,
    goaways,
    ends,
    call: (member, args, more) => client.caller.call(request(member, args, more)),
    again: async () => {
      daemon.answerer.detach(new SameboxError('CONNECTION_LOST', 'a client: begins anew'));
      await attach(await socketPair());
    },
  };
}

/** Echoes its arguments; `hang` never answers. */
export const echo = (call: IncomingCall): void => {
  if (call.member !== 'hang') call.resolve(call.args);
};

/** How a promise ended, so far. */
export interface Seen {
  value?: unknown;
  error?: SameboxError;
}

/** Watches a promise; what it rejects with is handled by that. */
export function watch(promise: Promise<unknown>): Seen {
  const seen: Seen = {};
  promise.then(
    (value) => (seen.value = value),
    (error: SameboxError) => (seen.error = error),
  );
  return seen;
}

/** Whether it has ended. */
export const settled = (seen: Seen): boolean => 'value' in seen || 'error' in seen;

/** Timers and clocks stand still in every test of a file, until it advances them; the event loop runs on. */
export function useFakeTime(): void {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => {
    jest.useRealTimers();
    closeSockets();
  });
}

/** The bytes of one frame. */
export function frameBytes(head: Head, value?: unknown): Buffer {
  const writer = new ByteWriter();
  const body = value === undefined ? undefined : { value, root: 'value' };
  writeFrame(writer, head, body, DEFAULT_LIMITS, NO_PLACER);
  return Buffer.concat(writer.take());
}

/** The bytes of one frame with a body that need not be CBOR. */
export function rawFrame(head: Head, bytes: Buffer): Buffer {
  const writer = new ByteWriter();
  const body = EncodedBody.of(bytes, []);
  writeFrame(writer, head, body, DEFAULT_LIMITS, NO_PLACER);
  return Buffer.concat(writer.take());
}

/** What comes out of a socket, as heads. */
export function readHeads(socket: Socket): Head[] {
  const heads: Head[] = [];
  const decoder = new FrameDecoder(DEFAULT_LIMITS, {
    onFrame: (head) => heads.push(head),
    chunkTarget: (_head, length) => new Uint8Array(length),
    onChunk: (head) => heads.push(head),
  });
  socket.on('data', (piece: Buffer) => decoder.push(piece));
  return heads;
}
