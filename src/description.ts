// What a daemon tells of its targets: the shapes of `describe` and `targets`.
import type { LeaseStatus } from './status';

/** One parameter of a method. */
export interface ParameterDescription {
  readonly name: string;
  /** The type as the source states it; absent where the source states none. */
  readonly type?: string;
  /** The default as the source states it. */
  readonly default?: string;
  /** Whether it may be left out. */
  readonly optional: boolean;
  /** Whether it takes all remaining arguments. */
  readonly rest: boolean;
}

/** One thing that can be called, read or followed. */
export interface MemberDescription {
  readonly name: string;
  /** A `stream` is a method or property that gives an async iterable, as far as its declaration tells. */
  readonly kind: 'method' | 'property' | 'stream';
  /** As a person writes it: `readVoltage(samples: number = 1): Promise<number>`, or `range: number`. */
  readonly signature: string;
  /** Empty for properties. */
  readonly parameters: readonly ParameterDescription[];
  /** The type of the result or property as the source states it. */
  readonly type?: string;
  /** Property: whether it can be read. */
  readonly readable?: boolean;
  /** Property: whether it can be set. */
  readonly settable?: boolean;
  /** The doc comment, without its stars. */
  readonly documentation?: string;
  /** The method's own default deadline in milliseconds, if it has one. */
  readonly timeout?: number;
  /** Whether it is declared idempotent. */
  readonly idempotent?: boolean;
}

/** A target's life: its factory runs, it can be called, or its factory failed and is tried again on call. */
export type TargetState = 'opening' | 'ready' | 'failed';

/** A row of `targets`. */
export interface TargetSummary {
  readonly name: string;
  readonly state: TargetState;
  /** The class of the object, if it has one. */
  readonly type?: string;
  /** The first sentence of its documentation. */
  readonly summary?: string;
  /** Whether its instrument is there, where the target says so. One that is away is opened again by itself. */
  readonly connected?: boolean;
  /** Why it failed, or why its instrument is away. */
  readonly reason?: string;
  /** Who has it for himself alone, if somebody has. */
  readonly lease?: LeaseStatus;
}

/** All that is known of a target. */
export interface TargetDescription extends TargetSummary {
  readonly documentation?: string;
  readonly members: readonly MemberDescription[];
}
