// Every limit of a daemon with its current use: `$daemon.limits()`.
import type { HandoffHouse } from '../src/handoff/handoff';
import { LIMIT_MEANINGS, type Limits } from '../src/limits';
import type { LimitStatus } from '../src/status';
import type { Reception } from './session/reception';
import type { Session } from './session/session';
import type { Target } from './target/target';

/** What is asked for its use. */
export interface LimitedHouse {
  readonly limits: Limits;
  readonly reception: Reception;
  readonly handoff: HandoffHouse;
  readonly targets: readonly Target[];
}

type Use = Pick<LimitStatus, 'of' | 'use'> & { readonly limit?: number };
type Uses = Partial<Record<keyof Limits, Use>>;

/** All limits, in the order of docs/PROTOCOL.md. */
export function limitUse(house: LimitedHouse): LimitStatus[] {
  const uses = usesOf(house);
  return (Object.keys(LIMIT_MEANINGS) as (keyof Limits)[]).map((name) => ({
    name,
    limit: house.limits[name],
    ...uses[name],
    means: LIMIT_MEANINGS[name],
  }));
}

/** Limits of one frame, and times, have no use. */
function usesOf({ reception, handoff, targets }: LimitedHouse): Uses {
  const sessions = [...reception.sessions.values()];
  const worst = (size: (session: Session) => number | undefined): Use =>
    worstOf(sessions, (session) => size(session) ?? 0, nameOf);
  const pending = worst(({ peer }) => peer.connection?.pendingBytes);
  const inMemory = (name: 'mapped' | 'segments'): Use =>
    worst(({ peer }) => {
      const status = peer.connection?.handoff?.status();
      return status && Math.max(status.in[name], status.out[name]);
    });
  return {
    arrivingBytes: worst(({ peer }) => peer.connection?.waiting.arrivingBytes),
    heldBytes: worst(({ peer }) => peer.connection?.waiting.heldBytes),
    heldFrames: worst(({ peer }) => peer.connection?.waiting.heldFrames),
    argumentBytes: worst(({ peer }) => peer.answerer.pendingArgumentBytes),
    callsInFlight: worst(({ peer }) => peer.answerer.pending),
    pendingHighWater: pending,
    pendingBytes: pending,
    segmentBytes: inMemory('mapped'),
    segments: inMemory('segments'),
    sharedBytes: { use: handoff.budget.taken, limit: handoff.budget.bytes },
    sharedSegments: { use: handoff.budget.count },
    sessions: { use: sessions.length },
    keptResults: worst(({ peer }) => peer.answerer.kept.results),
    keptBytes: worst(({ peer }) => peer.answerer.kept.bytes),
    keptTotalBytes: { use: reception.kept.bytes },
    connectionsPerUser: reception.mostConnected(),
    silentConnections: { use: reception.silentConnections },
    lowLatencySessions: { use: reception.lowLatencySessions },
    maxQueue: fullestQueue(targets),
  };
}

/** The target whose queue is the fullest by its own limit. */
function fullestQueue(targets: readonly Target[]): Use {
  const fullness = ({ waiting, maxQueue }: Target): number => (waiting === 0 ? 0 : waiting / maxQueue);
  let fullest: Target | undefined;
  for (const target of targets)
    if (fullness(target) > (fullest === undefined ? 0 : fullness(fullest))) fullest = target;
  if (fullest === undefined) return { use: 0 };
  return { use: fullest.waiting, of: fullest.name, limit: fullest.maxQueue };
}

function worstOf<T>(all: Iterable<T>, size: (one: T) => number, name: (one: T) => string): Use {
  let worst: { readonly use: number; readonly one?: T } = { use: 0 };
  for (const one of all) {
    const use = size(one);
    if (use > worst.use) worst = { use, one };
  }
  return { use: worst.use, ...(worst.one !== undefined && { of: name(worst.one) }) };
}

function nameOf({ id, name, pid }: Session): string {
  return `session ${id} (${name}, pid ${pid})`;
}
