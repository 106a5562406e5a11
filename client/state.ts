// The state of a connection, and everybody who follows it.
import type { SameboxError } from '../src/errors';

/** Where a client stands. */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'closed';

/** A change of state. */
export interface StateChange {
  readonly state: ConnectionState;
  /** Why, where there is a reason: what broke, what was tried. */
  readonly reason?: SameboxError;
  /** With `'connected'`: whether the session is the one of before, with all calls that were under way, or a new one. */
  readonly session?: 'new' | 'resumed';
}

/** The current state; followers get every change from when they began, in order. */
export class StateFeed {
  private state: ConnectionState = 'connecting';
  private readonly followers = new Set<(change: StateChange) => void>();

  get current(): ConnectionState {
    return this.state;
  }

  set(state: ConnectionState, reason?: SameboxError, session?: 'new' | 'resumed'): void {
    if (state === this.state) return;
    this.state = state;
    const change: StateChange = {
      state,
      ...(reason && { reason }),
      ...(session && { session }),
    };
    for (const follower of this.followers) follower(change);
  }

  /** The changes from now on; ends after `closed`. */
  changes(): AsyncIterableIterator<StateChange> {
    const arrived: StateChange[] = [];
    const waiting: (() => void)[] = [];
    const wake = (): void => waiting.splice(0).forEach((resolve) => resolve());
    const follower = (change: StateChange): void => {
      arrived.push(change);
      wake();
    };
    this.followers.add(follower);
    const next = async (): Promise<IteratorResult<StateChange>> => {
      while (arrived.length === 0) {
        if (this.state === 'closed' || !this.followers.has(follower)) return finish();
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      return { done: false, value: arrived.shift() as StateChange };
    };
    const finish = async (): Promise<IteratorResult<StateChange>> => {
      this.followers.delete(follower);
      wake();
      return { done: true, value: undefined };
    };
    return {
      next,
      return: finish,
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
