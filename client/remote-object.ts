// A remote object: a proxy whose members call the daemon.
import type { Client } from './client';
import type { Lease, LeaseOptions } from './lease';
import type { CallOptions } from './options';

/**
 * Names that the language asks objects for by itself: a remote object doesn't have them, and what all objects inherit
 * (`toString`) is its own. `call()` reaches them in the daemon.
 */
const LANGUAGE: ReadonlySet<string | symbol> = new Set([
  'then',
  'constructor',
  'toJSON',
  '$$typeof',
  'asymmetricMatch',
  'nodeType',
]);

type Member = ((...args: unknown[]) => PromiseLike<unknown>) & PromiseLike<unknown> & AsyncIterable<unknown>;

/** Makes one. Members are made when they are first asked for, and kept. */
export function remoteObject(client: Client, target: string, options: CallOptions): object {
  const members = new Map<string, Member>();
  const set = (properties: Record<string, unknown>): Promise<void> => client.set(target, properties, options);
  members.set('set', set as never);
  const { timeout, signal, noWait } = options;
  const defaults: LeaseOptions = {
    ...(timeout !== undefined && { timeout }),
    ...(signal && { signal }),
    ...(noWait !== undefined && { noWait }),
  };
  const lease = (more?: LeaseOptions): Promise<Lease> => client.lease(target, { ...defaults, ...more });
  members.set('lease', lease as never);
  return new Proxy(new RemoteTarget(target), {
    get(object, name) {
      const known = members.get(name as string);
      if (known !== undefined) return known;
      if (LANGUAGE.has(name)) return undefined;
      if (typeof name === 'symbol' || name in Object.prototype) return Reflect.get(object, name) as unknown;
      const member = remoteMember(client, target, name, options);
      members.set(name, member);
      return member;
    },
    set(_object, name) {
      throw new TypeError(
        `${target}.${String(name)} can't be assigned: await ${target}.set({ ${String(name)}: value })`,
      );
    },
  });
}

/** What a proxy looks like in a terminal. */
class RemoteTarget {
  constructor(readonly target: string) {}
}

/** A member before it is known to be a method or a property: call it, await it or iterate it. */
function remoteMember(client: Client, target: string, name: string, options: CallOptions): Member {
  const call = (...args: unknown[]): PromiseLike<unknown> => client.call(target, name, args, options);
  return Object.assign(call, {
    then: (...handlers: Parameters<PromiseLike<unknown>['then']>) =>
      client.get(target, name, options).then(...handlers),
    catch: (onRejected: (error: unknown) => unknown) => client.get(target, name, options).catch(onRejected),
    [Symbol.asyncIterator]: () => client.get(target, name, options)[Symbol.asyncIterator](),
  }) as Member;
}
