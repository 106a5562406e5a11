// Two peers over any line that can carry frames, whose session outlives its connection.
import { SameboxError } from '../../src/errors';
import { DEFAULT_LIMITS, type Limits } from '../../src/limits';
import { Connection } from '../../src/peer/connection';
import type { IncomingCall } from '../../src/peer/incoming-call';
import { Peer, type Resumed } from '../../src/peer/peer';
import type { CallRequest } from '../../src/peer/pending-call';
import { request } from '../src/peer/support/rig';
import { socketPair, until } from '../src/peer/support/sockets';

/** Brings both ends of a connection to the line that is tested, before calls go over it. */
export type Prepare = (here: Connection, there: Connection) => void | Promise<void>;

/** The two ends of a connection: `here` has connected, `there` has accepted. */
export interface Ends {
  readonly here: Connection;
  readonly there: Connection;
}

/** A client and a daemon that are nothing but peers. */
export class TransportRig {
  readonly client: Peer;
  readonly daemon: Peer;
  /** Calls that came to the daemon, in their order. */
  readonly served: IncomingCall[] = [];
  /** What the client heard of the end of its connections, and of goaways before. */
  readonly ends: SameboxError[] = [];
  readonly goaways: SameboxError[] = [];
  /** What the daemon heard of the end of its connections. */
  readonly endsThere: SameboxError[] = [];
  current!: Ends;

  private constructor(
    private readonly prepare: Prepare,
    serve: (call: IncomingCall) => void,
    private readonly limits: Limits,
  ) {
    const none = new SameboxError('NO_TARGET', 'none here');
    this.client = new Peer(
      (call) => call.reject(none),
      {
        onGoaway: (reason) => this.goaways.push(reason),
        onEnd: (reason) => {
          this.client.caller.suspend();
          this.ends.push(reason);
        },
      },
      limits,
    );
    this.daemon = new Peer(
      (call) => {
        this.served.push(call);
        serve(call);
      },
      {
        onGoaway: () => undefined,
        onEnd: (reason) => {
          this.daemon.answerer.suspend();
          this.endsThere.push(reason);
        },
      },
      limits,
    );
  }

  static async connect(
    prepare: Prepare,
    serve: (call: IncomingCall) => void,
    limits: Partial<Limits> = {},
  ): Promise<TransportRig> {
    const rig = new TransportRig(prepare, serve, { ...DEFAULT_LIMITS, ...limits });
    await rig.reconnect();
    return rig;
  }

  call(member: string, args: readonly unknown[] = [], more: Partial<CallRequest> = {}): Promise<unknown> {
    return this.client.caller.call(request(member, args, more));
  }

  /** Cuts the connection in the middle, and waits until both have heard of it. */
  async cut(): Promise<void> {
    const [here, there] = [this.ends.length, this.endsThere.length];
    this.current.there.socket.destroy();
    await until(() => this.ends.length > here && this.endsThere.length > there);
  }

  /** The next connection of the same session; what the daemon holds is taken up. */
  async reconnect(): Promise<void> {
    const { connected, accepted } = await socketPair();
    const here = new Connection(connected, 'lab', this.limits, 'connected');
    const there = new Connection(accepted, 'a client', this.limits, 'accepted');
    const { answerer } = this.daemon;
    const resumed: Resumed = {
      seen: answerer.highest,
      held: new Set(answerer.entries().map(({ id }) => id)),
    };
    this.current = { here, there };
    this.daemon.attach(there);
    here.handler = this.client;
    await this.prepare(here, there);
    this.client.attach(here, resumed);
  }
}

/** Where an end reads: it can be stopped there. */
export function sourceOf(connection: Connection): {
  pause(): unknown;
  resume(): unknown;
  isPaused(): boolean;
} {
  return connection.lane?.line ?? connection.socket;
}
