// `defineBox`: what a config exports, checked and with its defaults filled in.
import { HANDOFF_CHOICES, type HandoffChoice } from '../../src/handoff/handoff';
import { checkSource, type SecretSource } from '../../src/secret-source';
import { DEFAULT_LIMITS, LEAST_LIMITS, type Limits } from '../../src/limits';
import { LOG_LEVELS, type LogLevel } from '../../src/log-level';
import { account, allowOf, type Allow, type AllowLists } from './allow';
import { boxTarget, type BoxTarget } from './box-target';
import { checkKeys, kindOf, milliseconds, plainObject, positiveInteger, type Given } from './check-options';
import type { Exposed, TargetFactory } from './expose';

/** Marks what `defineBox` returns, so that two copies of the package understand each other. */
export const BOX: unique symbol = Symbol.for('samebox.box') as never;

/** An object, a function that makes one (also an async one), or either within `expose`. */
export type TargetDefinition = object;

/** The object behind a target definition. */
export type TargetObject<D> =
  D extends Exposed<infer T> ? T : D extends TargetFactory<infer T> ? T : D extends object ? D : never;

/** The objects of a box, by target name: `TargetsOf<typeof box>`. */
export type TargetsOf<B> = B extends Box<infer D> ? { [K in keyof D]: TargetObject<D[K]> } : never;

/** Definitions that can be no target are a type error that says why. */
export type CheckedTargets<D> = {
  [K in keyof D]: D[K] extends PromiseLike<unknown>
    ? 'A promise is no target: write () => in front of it.'
    : D[K] extends abstract new (...args: never[]) => unknown
      ? 'A class is no target: write () => new ...'
      : D[K] extends () => infer R
        ? Awaited<R> extends object
          ? D[K]
          : 'The function must return the object that is called.'
        : D[K];
};

/** What a box is made of. */
export interface BoxOptions<D extends Record<string, TargetDefinition>> {
  /** Where the daemon listens: a name, a socket path or a pipe. Default: what the command line says. */
  readonly name?: string;
  /** The targets by name. */
  readonly targets: D & CheckedTargets<D>;
  /** How long running calls may go on when the daemon is told to stop, in milliseconds. Default 10,000. */
  readonly drainTimeout?: number;
  readonly log?: { readonly level?: LogLevel };
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<Limits>;
  /** How large arrays get to clients: see `ConnectOptions.handoff`. Default `'auto'`. */
  readonly handoff?: HandoffChoice;
  /** Whom the daemon is for, beside its own user and root. Default: all who can reach its socket. */
  readonly allow?: Allow;
  /** The socket. */
  readonly socket?: SocketOptions;
  /**
   * A secret that clients have to know: `{ file }`, which must be the daemon's user's or root's and closed to all others, or
   * `{ env }`, the name of an environment variable. Default: none.
   */
  readonly secret?: SecretSource;
}

/** How the socket is made. */
export interface SocketOptions {
  /**
   * A group, by name or number, that may connect: the socket gets mode 0660 and belongs to it. By name such a daemon is found
   * at /run/samebox, if it may listen there. Default: none, mode 0600.
   */
  readonly group?: string | number;
}

/** What `defineBox` returns. `D` is there for the types only. */
export interface Box<D extends Record<string, TargetDefinition> = Record<string, TargetDefinition>> {
  readonly [BOX]: 1;
  readonly name: string | undefined;
  readonly targets: ReadonlyMap<string, BoxTarget>;
  readonly drainTimeout: number;
  readonly log: { readonly level: LogLevel | undefined };
  readonly limits: Partial<Limits>;
  readonly handoff: HandoffChoice;
  readonly allow: AllowLists | undefined;
  readonly socket: { readonly group: string | number | undefined };
  readonly secret: SecretSource | undefined;
  /** Never there: carries the types of the targets. */
  readonly definitions?: D;
}

const KEYS: Readonly<Record<keyof BoxOptions<never>, true>> = {
  name: true,
  targets: true,
  drainTimeout: true,
  log: true,
  limits: true,
  handoff: true,
  allow: true,
  socket: true,
  secret: true,
};

/**
 * Describes a daemon: where it listens and what it owns. The default export of a config.
 *
 * @throws TypeError for an option that doesn't exist or has a wrong value, an illegal target name, or a value that
 * can be no target.
 */
export function defineBox<D extends Record<string, TargetDefinition>>(options: BoxOptions<D>): Box<D> {
  const given = plainObject(options, 'what defineBox() is given');
  checkKeys(given, Object.keys(KEYS), 'defineBox()');
  if (given.targets === undefined) {
    throw new TypeError('defineBox() needs targets: { name: object or function that makes one }.');
  }
  const targets = Object.entries(plainObject(given.targets, 'defineBox(): targets'));
  const limits = limitsOf(given.limits);
  return Object.freeze({
    [BOX]: 1,
    name: endpointName(given.name),
    targets: new Map(targets.map(([name, value]) => [name, boxTarget(name, value, limits.maxQueue)])),
    drainTimeout: milliseconds(given.drainTimeout, 10_000, 'defineBox(): drainTimeout'),
    log: { level: logLevel(given.log) },
    limits,
    handoff: handoffOf(given.handoff),
    allow: allowOf(given.allow, 'defineBox(): allow'),
    socket: socketOf(given.socket),
    secret: secretOf(given.secret),
  }) as Box<D>;
}

/** Whether `value` came from `defineBox`, of this copy of the package or of another. */
export function isBox(value: unknown): value is Box {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, BOX);
}

function endpointName(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value.length > 0)) return value;
  throw new TypeError(`defineBox(): name must be a name such as "lab", or a path, not ${kindOf(value)}.`);
}

function logLevel(value: unknown): LogLevel | undefined {
  if (value === undefined) return undefined;
  const log: Given = plainObject(value, 'defineBox(): log');
  checkKeys(log, ['level'], 'defineBox(): log');
  if (log.level === undefined) return undefined;
  const level = LOG_LEVELS.find((known) => known === log.level);
  if (level === undefined) {
    throw new TypeError(
      `defineBox(): log.level must be one of ${LOG_LEVELS.join(', ')}, not ${kindOf(log.level)}.`,
    );
  }
  return level;
}

function socketOf(value: unknown): Box['socket'] {
  const socket: Given = plainObject(value ?? {}, 'defineBox(): socket');
  checkKeys(socket, ['group'], 'defineBox(): socket');
  const { group } = socket;
  return { group: group === undefined ? undefined : account(group, 'defineBox(): socket.group') };
}

function secretOf(value: unknown): SecretSource | undefined {
  if (value === undefined) return undefined;
  checkSource(value, 'defineBox(): secret');
  return { ...value };
}

function handoffOf(value: unknown): HandoffChoice {
  const choice = HANDOFF_CHOICES.find((known) => known === (value ?? 'auto'));
  if (choice !== undefined) return choice;
  throw new TypeError(
    `defineBox(): handoff must be one of ${HANDOFF_CHOICES.join(', ')}, not ${kindOf(value)}.`,
  );
}

function limitsOf(value: unknown): Partial<Limits> {
  if (value === undefined) return {};
  const limits = plainObject(value, 'defineBox(): limits');
  checkKeys(limits, Object.keys(DEFAULT_LIMITS), 'defineBox(): limits');
  for (const [name, limit] of Object.entries(limits))
    positiveInteger(limit, 0, `defineBox(): limits.${name}`, LEAST_LIMITS[name as keyof Limits] ?? 1);
  return { ...limits };
}
