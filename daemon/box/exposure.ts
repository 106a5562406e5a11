// The options of `expose`, checked and with their defaults filled in.
import { DEFAULT_LIMITS } from '../../src/limits';
import { allowMethodsOf, allowOf, type AllowLists } from './allow';
import { checkKeys, positiveInteger, namesOf, milliseconds, plainObject } from './check-options';
import type { ExposeOptions } from './expose';

/** How a target may be called: every option has a value. */
export interface Exposure {
  /** How many calls run at once; at least 1, `Infinity` for as many as come. */
  readonly concurrency: number;
  /** How many calls may wait; 0 for none. */
  readonly maxQueue: number;
  readonly idempotent: ReadonlySet<string>;
  /** Default deadlines by member, in milliseconds. */
  readonly timeouts: ReadonlyMap<string, number>;
  /** Stream methods that hold the target's place until their stream ends. */
  readonly exclusive: ReadonlySet<string>;
  /** The only members that are exposed, if stated. */
  readonly only: ReadonlySet<string> | undefined;
  /** Members that are not exposed. */
  readonly hide: ReadonlySet<string>;
  /** Whom the target is for, if that is stated. */
  readonly allow: AllowLists | undefined;
  /** Whom single members are for. */
  readonly allowMethods: ReadonlyMap<string, AllowLists>;
}

const KEYS: Readonly<Record<keyof ExposeOptions, true>> = {
  concurrency: true,
  maxQueue: true,
  idempotent: true,
  timeouts: true,
  exclusive: true,
  only: true,
  hide: true,
  allow: true,
  allowMethods: true,
};

/** What holds of a target that says nothing: one call at a time, 1,024 waiting. */
export const DEFAULT_EXPOSURE: Exposure = exposureOf({});

/**
 * The options of `expose` with their defaults.
 * @param of what the options belong to, for messages.
 * @param maxQueue how many calls may wait where the options don't say.
 * @throws TypeError for an option that doesn't exist or has a wrong value.
 */
export function exposureOf(
  options: ExposeOptions,
  of = 'expose()',
  maxQueue = DEFAULT_LIMITS.maxQueue,
): Exposure {
  const given = plainObject(options, `the options of ${of}`);
  checkKeys(given, Object.keys(KEYS), of);
  const { only } = given;
  return {
    concurrency: positiveInteger(given.concurrency, 1, `${of}: concurrency`, 1),
    maxQueue: positiveInteger(given.maxQueue, maxQueue, `${of}: maxQueue`, 0),
    idempotent: namesOf(given.idempotent, `${of}: idempotent`),
    timeouts: timeoutsOf(given.timeouts, `${of}: timeouts`),
    exclusive: namesOf(given.exclusive, `${of}: exclusive`),
    only: only === undefined ? undefined : namesOf(only, `${of}: only`),
    hide: namesOf(given.hide, `${of}: hide`),
    allow: allowOf(given.allow, `${of}: allow`),
    allowMethods: allowMethodsOf(given.allowMethods, `${of}: allowMethods`),
  };
}

/** Throws what `exposureOf` throws. */
export function checkExposeOptions(options: object): void {
  exposureOf(options);
}

function timeoutsOf(value: unknown, what: string): ReadonlyMap<string, number> {
  if (value === undefined) return new Map();
  const entries = Object.entries(plainObject(value, what));
  return new Map(entries.map(([name, ms]) => [name, milliseconds(ms, 0, `${what}.${name}`)]));
}
