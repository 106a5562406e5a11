// The option `allow`: whom a daemon, a target or a method is for.
import { checkKeys, kindOf, plainObject } from './check-options';

/**
 * Users and groups by name or number. Whoever is one of these users, or in one of these groups, passes; the daemon's own
 * user and root always do. An empty one admits these two alone.
 */
export interface Allow {
  readonly users?: readonly (string | number)[];
  readonly groups?: readonly (string | number)[];
}

/** The same, checked: both lists are there. */
export type AllowLists = Required<Allow>;

/** The greatest number that is a user's or a group's: the one above means "none". */
const LAST_ID = 0xfffffffe;

/**
 * @param what names the option, for messages.
 * @returns `undefined` if none is given: then all are let in.
 * @throws TypeError
 */
export function allowOf(value: unknown, what: string): AllowLists | undefined {
  if (value === undefined) return undefined;
  const given = plainObject(value, what);
  checkKeys(given, ['users', 'groups'], what);
  return { users: accounts(given.users, `${what}.users`), groups: accounts(given.groups, `${what}.groups`) };
}

/** `allow` by the names of members. */
export function allowMethodsOf(value: unknown, what: string): ReadonlyMap<string, AllowLists> {
  const rules = Object.entries(plainObject(value ?? {}, what));
  return new Map(
    rules.flatMap(([name, rule]) => {
      const allow = allowOf(rule, `${what}.${name}`);
      return allow === undefined ? [] : [[name, allow] as const];
    }),
  );
}

/** A user or group: a name, or a number. */
export function account(value: unknown, what: string): string | number {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LAST_ID) return value;
  throw new TypeError(`${what} must be a name or a number of this machine, not ${kindOf(value)}.`);
}

function accounts(value: unknown, what: string): readonly (string | number)[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    throw new TypeError(
      `${what} must be a list of names or numbers, such as ["optics"], not ${kindOf(value)}.`,
    );
  }
  return value.map((one) => account(one, `${what}: each`));
}
