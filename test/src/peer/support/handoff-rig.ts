// Two peers over a real socket, with handoff agreed: what is large goes through real shared memory.
import { Handoff, handoffHouse, type HandoffChoice } from '../../../../src/handoff/handoff';
import { HANDOFF, type ConnectionHandoff } from '../../../../src/handoff/connection-handoff';
import { DEFAULT_LIMITS, type Limits } from '../../../../src/limits';
import type { Connection } from '../../../../src/peer/connection';
import type { IncomingCall } from '../../../../src/peer/incoming-call';
import { connectPeers, type Rig } from './rig';
import { until } from './sockets';

export interface HandoffRig extends Rig {
  /** The client's session, and the daemon's. */
  readonly sessions: { readonly client: Handoff; readonly daemon: Handoff };
  /** The same on the connection that stands. */
  readonly ends: Rig['ends'];
  readonly handoffs: () => { readonly client: ConnectionHandoff; readonly daemon: ConnectionHandoff };
  /** Another connection of the same sessions, with handoff. */
  again(): Promise<void>;
}

const sessions: Handoff[] = [];

/** Ends all sessions: call it after each test. */
export function closeSessions(): void {
  for (const session of sessions.splice(0)) session.close();
}

export function session(choice: HandoffChoice, limits: Limits, trusted: boolean): Handoff {
  const made = new Handoff(handoffHouse(choice, limits), trusted);
  sessions.push(made);
  return made;
}

export interface HandoffRigOptions {
  readonly limits?: { client?: Partial<Limits>; daemon?: Partial<Limits> };
  readonly client?: HandoffChoice;
  readonly daemon?: HandoffChoice;
}

/** Connects two peers and lets each prove that it reads the other's memory. */
export async function connectWithHandoff(
  serve: (call: IncomingCall) => void,
  options: HandoffRigOptions = {},
): Promise<HandoffRig> {
  const { limits = {}, client = 'auto', daemon = 'auto' } = options;
  const rig = await connectPeers(serve, limits);
  const both = {
    client: session(client, { ...DEFAULT_LIMITS, ...limits.client }, true),
    daemon: session(daemon, { ...DEFAULT_LIMITS, ...limits.daemon }, false),
  };
  let current!: { client: ConnectionHandoff; daemon: ConnectionHandoff };
  const join = async (): Promise<void> => {
    current = {
      client: both.client.over(rig.client.connection as Connection, process.pid),
      daemon: both.daemon.over(rig.daemon.connection as Connection, process.pid),
    };
    current.client.greeted([HANDOFF], current.daemon.greeting);
    current.daemon.greeted([HANDOFF], current.client.greeting);
    await until(() => [current.client, current.daemon].every(isSettled));
  };
  await join();
  return {
    ...rig,
    sessions: both,
    handoffs: () => current,
    again: async () => {
      await rig.again();
      await join();
    },
  };
}

/** Whether it is known how either direction goes. */
function isSettled(handoff: ConnectionHandoff): boolean {
  const { out, in: incoming } = handoff.status();
  return out.reason !== 'not agreed' && incoming.reason !== 'not agreed';
}
