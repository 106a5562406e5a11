// The client as the prompt has it: its calls take part in the evaluation that makes them.
import type { Client } from '../../client';
import type { CallOptions } from '../../options';

/** `client`, with `options` as the defaults of all calls. */
export function labOf(client: Client, options: CallOptions): Client {
  const own: Partial<Record<PropertyKey, unknown>> = {
    target: (name: string, more?: CallOptions) => client.target(name, merged(options, more)),
    call: (target: string, method: string, args: unknown[] = [], more?: CallOptions) =>
      client.call(target, method, args, merged(options, more)),
    get: (target: string, property: string, more?: CallOptions) =>
      client.get(target, property, merged(options, more)),
    set: (target: string, properties: Record<string, unknown>, more?: CallOptions) =>
      client.set(target, properties, merged(options, more)),
  };
  return new Proxy(client, {
    get(_, name) {
      if (Object.hasOwn(own, name)) return own[name];
      const value = Reflect.get(client, name, client) as unknown;
      return typeof value === 'function' ? (value.bind(client) as unknown) : value;
    },
  });
}

/** The defaults are asked when a call is made, not here: they are those of the evaluation that makes it. */
function merged(defaults: CallOptions, more: CallOptions | undefined): CallOptions {
  if (more === undefined) return defaults;
  const descriptors = [defaults, more].map((options) => Object.getOwnPropertyDescriptors(options));
  return Object.defineProperties({}, Object.assign({}, ...descriptors) as PropertyDescriptorMap);
}
