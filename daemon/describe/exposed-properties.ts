// Which properties of an object are its public members: a walk of the prototype chain that calls nothing.
import { EventEmitter } from 'node:events';
import { Readable, Writable, Duplex, Transform, PassThrough, Stream } from 'node:stream';
import { isClass } from '../box/check-options';

/** A method or accessor of an object, with what it overrides. */
export interface ExposedProperty {
  readonly name: string;
  readonly method?: object;
  readonly get?: object;
  readonly set?: object;
  /** The class that defines it, if a class does. */
  readonly className?: string;
  /** The same property further up the chain: nearest first. */
  readonly overrides: ExposedProperty[];
}

/** Longer chains are the work of a proxy. */
const LONGEST_CHAIN = 100;

const BUILT_IN = new Set<unknown>(
  [EventEmitter, Stream, Readable, Writable, Duplex, Transform, PassThrough].map((made) => prototypeIn(made)),
);
for (const { value } of Object.values(Object.getOwnPropertyDescriptors(globalThis))) {
  if (typeof value === 'function') BUILT_IN.add(prototypeIn(value as object));
}

/**
 * Methods and accessors of `object` by name, most derived first.
 *
 * Names that start with `_`, symbols, `constructor`, classes, plain data, and whatever comes from Node or the language
 * itself (`Object`, `EventEmitter`, `Readable`, `Map` ...) are left out. No getter is called.
 */
export function exposedProperties(object: object): Map<string, ExposedProperty> {
  const found = new Map<string, ExposedProperty | undefined>();
  for (const { owner, className } of chainOf(object)) {
    for (const name of ownNames(owner)) {
      if (name.startsWith('_') || name === 'constructor') continue;
      const property = asProperty(name, descriptorOf(owner, name), className);
      if (!found.has(name)) found.set(name, property);
      else if (property !== undefined) found.get(name)?.overrides.push(property);
    }
  }
  const exposed = new Map<string, ExposedProperty>();
  for (const [name, property] of found) if (property !== undefined) exposed.set(name, property);
  return exposed;
}

/** The name of an object's class, and of those above it: most derived first. */
export function classNames(object: object): string[] {
  return chainOf(object).flatMap(({ className }) => className ?? []);
}

/** The object and its prototypes, each with the name of the class whose prototype it is. */
function chainOf(object: object): { owner: object; className?: string }[] {
  const chain: { owner: object; className?: string }[] = [];
  let owner: object | null = object;
  while (owner !== null && !isBuiltIn(owner) && chain.length < LONGEST_CHAIN) {
    const maker = owner === object ? undefined : dataOf(owner, 'constructor');
    const name = typeof maker === 'function' ? dataOf(maker, 'name') : undefined;
    chain.push(typeof name === 'string' && name !== '' ? { owner, className: name } : { owner });
    owner = prototypeOf(owner);
  }
  return chain;
}

/** Whether `owner` is a prototype that Node or the language made; `Object.prototype` also of another realm. */
function isBuiltIn(owner: object): boolean {
  return (
    BUILT_IN.has(owner) ||
    (prototypeOf(owner) === null && descriptorOf(owner, '__lookupGetter__') !== undefined)
  );
}

function prototypeIn(maker: object): unknown {
  return dataOf(maker, 'prototype');
}

function asProperty(
  name: string,
  descriptor: PropertyDescriptor | undefined,
  className: string | undefined,
): ExposedProperty | undefined {
  if (descriptor === undefined) return undefined;
  const { value, get, set } = descriptor as { value?: unknown; get?: object; set?: object };
  const of = className === undefined ? {} : { className };
  if (typeof value === 'function' && !isClass(value)) return { name, method: value, ...of, overrides: [] };
  if (get === undefined && set === undefined) return undefined;
  return { name, ...(get && { get }), ...(set && { set }), ...of, overrides: [] };
}

// A proxy's traps may throw: then there is nothing to see.

function ownNames(object: object): string[] {
  try {
    return Object.getOwnPropertyNames(object);
  } catch {
    return [];
  }
}

function descriptorOf(object: object, name: string): PropertyDescriptor | undefined {
  try {
    return Object.getOwnPropertyDescriptor(object, name);
  } catch {
    return undefined;
  }
}

function prototypeOf(object: object): object | null {
  try {
    return Object.getPrototypeOf(object) as object | null;
  } catch {
    return null;
  }
}

function dataOf(object: object, name: string): unknown {
  return descriptorOf(object, name)?.value;
}
