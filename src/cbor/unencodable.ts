// Why a value cannot cross, and where in the caller's value it stands.
import { SameboxError } from '../errors';

/** Thrown inside the encoder; every container on the way out adds its part of the path. */
export class Unencodable extends Error {
  /** Keys from the outermost container to the value. */
  readonly path: PathPart[] = [];

  constructor(readonly reason: string) {
    super(reason);
  }

  /** The error for people. `root` names the whole value: `args`, `result`. */
  toError(root: string, value: unknown): SameboxError {
    const cycle = this.reason === TOO_DEEP ? findCycle(value, this.path) : undefined;
    const parts = cycle?.path ?? this.path;
    const path = root + parts.map((part) => part.text).join('');
    const reason = cycle
      ? `refers back to ${root}${cycle.to.map((part) => part.text).join('')}`
      : this.reason;
    return new SameboxError('UNENCODABLE', `${shorten(path)} ${reason}`, { details: { path, reason } });
  }
}

/** One step of a path: how it reads, and how to take it. */
export interface PathPart {
  readonly text: string;
  readonly step: (container: unknown) => unknown;
}

export const TOO_DEEP = 'is nested too deeply';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** The path part of a property or an index. */
export function keyPart(key: string | number): PathPart {
  const text =
    typeof key === 'number' ? `[${key}]` : IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  return { text, step: (container) => (container as Record<string | number, unknown>)[key] };
}

/** The path part of something within a Map or Set: the n-th key, or the value of the n-th key. */
export function entryPart(kind: 'key' | 'value', index: number, key?: unknown): PathPart {
  const text = kind === 'key' ? `.keys()[${index}]` : `.get(${describe(key)})`;
  return {
    text,
    step: (container) => {
      const map = container as Map<unknown, unknown> | Set<unknown>;
      return kind === 'key' ? [...map.keys()][index] : [...map.values()][index];
    },
  };
}

/** A short name for a value in a sentence. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'object' && value !== null) return `a ${className(value)}`;
  return String(value);
}

/** The name of an object's class, without trusting the object. */
export function className(value: object): string {
  try {
    const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
    return typeof name === 'string' && name !== '' ? name : 'object';
  } catch {
    return 'object';
  }
}

/** Follows `path` from `root` until an object comes a second time. */
function findCycle(
  root: unknown,
  path: readonly PathPart[],
): { path: PathPart[]; to: PathPart[] } | undefined {
  const seen = new Map<unknown, number>();
  let value = root;
  for (let depth = 0; depth <= path.length; depth++) {
    const first = seen.get(value);
    if (first !== undefined) return { path: path.slice(0, depth), to: path.slice(0, first) };
    seen.set(value, depth);
    value = path[depth]?.step(value);
  }
  return undefined;
}

function shorten(path: string): string {
  return path.length <= 200 ? path : `${path.slice(0, 100)} … ${path.slice(-60)}`;
}
