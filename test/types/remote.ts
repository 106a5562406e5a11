// Types of remote objects, held by `npm run typecheck`: nothing in here runs.
import type { CallPromise, Client, Lease, Remote, RemoteStream } from '../../client';
import type { TargetsOf } from '../../daemon';
import { defineBox, expose } from '../../daemon';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function holds<_T extends true>(): void;

interface Reading {
  readonly volts: number;
  readonly at: Date;
}

declare class Camera {
  // Fields are data of the object; only methods and accessors are exposed, but a type can't tell them from accessors.
  exposure: number;
  readonly serial: string;

  snap(): Uint16Array;
  read(samples?: number, unit?: 'V' | 'mV'): Promise<Reading>;
  move(to: { x: number; y: number }, ...more: number[]): Promise<void>;
  frames(rate?: number): AsyncGenerator<Uint16Array>;
  opened(): Promise<AsyncIterable<string>>;
  get live(): AsyncIterable<Reading>;

  get identity(): Promise<string>;
  get range(): Promise<number>;
  set range(value: number);
  get gain(): number;
  set gain(value: number);
  set trigger(value: 'auto' | 'manual');

  echo<T extends string>(value: T): T;
  convert(value: number): number;
  convert(value: string): string;

  subscribe(callback: (reading: Reading) => void): void;
  configure(options: { done: () => void }): void;
  factory(): () => number;
  nested(): Promise<{ table: { close: () => void }[] }>;

  any(value: any): any; // eslint-disable-line @typescript-eslint/no-explicit-any
  unknown(value: unknown): Promise<unknown>;

  _private(): void;
  _hidden: number;
}

/** As a class may be, though no async function can return it. */
declare class Thenable {
  then(): string;
  read(): number;
}

declare const client: Client;
declare const cam: Remote<Camera>;
declare const odd: Remote<Thenable>;

/** Methods give promises of what they give. */
function methods(): void {
  holds<Equal<ReturnType<typeof cam.snap>, Promise<Uint16Array>>>();
  holds<Equal<ReturnType<typeof cam.read>, Promise<Reading>>>();
  holds<Equal<Parameters<typeof cam.read>, [samples?: number | undefined, unit?: 'V' | 'mV' | undefined]>>();
  holds<Equal<Parameters<typeof cam.move>, [to: { x: number; y: number }, ...more: number[]]>>();
  holds<Equal<ReturnType<typeof cam.unknown>, Promise<unknown>>>();
  void cam.read(3, 'mV');
  void cam.any(5);
  // @ts-expect-error -- a wrong argument
  void cam.read('three');
  // @ts-expect-error -- no such unit
  void cam.read(3, 'A');
  // @ts-expect-error -- no such method
  void cam.raed();
}

/** Of a generic method the constraint is left, of overloads the last: what TypeScript can infer. */
function generics(): void {
  holds<Equal<ReturnType<typeof cam.echo>, Promise<string>>>();
  holds<Equal<ReturnType<typeof cam.convert>, Promise<string>>>();
  void cam.convert('5');
}

/** Async iterables stay so, as methods, as promises, as properties. */
async function streams(): Promise<void> {
  holds<Equal<ReturnType<typeof cam.frames>, RemoteStream<Uint16Array>>>();
  holds<Equal<ReturnType<typeof cam.opened>, RemoteStream<string>>>();
  holds<Equal<typeof cam.live, RemoteStream<Reading>>>();
  for await (const frame of cam.frames(5)) frame satisfies Uint16Array;
  for await (const reading of cam.live) reading satisfies Reading;
  const stream = await cam.frames();
  holds<Equal<typeof stream.dropped, number>>();
  for await (const frame of stream) void frame;
}

/** Properties are awaited; they can't be assigned. */
async function properties(): Promise<void> {
  holds<Equal<Awaited<typeof cam.identity>, string>>();
  holds<Equal<Awaited<typeof cam.range>, number>>();
  holds<Equal<Awaited<typeof cam.gain>, number>>();
  const range: number = await cam.range;
  void range;
  // @ts-expect-error -- not a number but a promise of one
  const volts: number = cam.range;
  void volts;
  // @ts-expect-error -- a property is not called
  void cam.range();
  // @ts-expect-error -- set it by set()
  cam.gain = 5;
}

/** What has a setter can be set, with what its getter gives, awaited. */
async function setting(): Promise<void> {
  await cam.set({ range: 3 });
  await cam.set({ gain: 2, trigger: 'auto', exposure: 5 });
  // @ts-expect-error -- it is set with a number, not with a promise
  await cam.set({ range: Promise.resolve(3) });
  // @ts-expect-error -- a wrong type
  await cam.set({ gain: 'high' });
  // @ts-expect-error -- readonly
  await cam.set({ serial: 'x' });
  // @ts-expect-error -- a getter alone
  await cam.set({ identity: 'x' });
  // @ts-expect-error -- a method
  await cam.set({ snap: 5 });
  // @ts-expect-error -- no such property
  await cam.set({ rnage: 3 });
  // @ts-expect-error -- private
  await cam.set({ _hidden: 3 });
}

/** Functions can't cross: a member that would need one is a type error where it is used. */
function functions(): void {
  // @ts-expect-error -- a function as an argument
  cam.subscribe(() => undefined);
  // @ts-expect-error -- a function within an argument
  cam.configure({ done: () => undefined });
  // @ts-expect-error -- a function as the result
  cam.factory();
  // @ts-expect-error -- a function within the result
  void cam.nested();
}

/** Private names are absent, and so are those that the language asks every object for. */
function absent(): void {
  // @ts-expect-error -- private
  void cam._private();
  // @ts-expect-error -- private
  void cam._hidden;
  // @ts-expect-error -- a remote object is no promise; `call()` reaches the method
  void odd.then();
  void odd.read();
}

/** A name alone gives calls by name. */
async function byName(): Promise<void> {
  const call = client.call('cam', 'snap', [1, 2], { timeout: 5, slow: 'latest', keep: 3 });
  holds<Equal<typeof call, CallPromise>>();
  await call;
  void client.call('cam', 'read', { samples: 3 });
  for await (const item of client.call('cam', 'frames')) void item;
  holds<Equal<Awaited<ReturnType<Client['set']>>, void>>();
  // @ts-expect-error -- no such policy
  void client.call('cam', 'frames', [], { slow: 'lates' });
  // @ts-expect-error -- options of calls are checked
  client.target<Camera>('cam', { timeot: 5 });
}

/** A box knows its targets, so that a client can. */
async function boxes(): Promise<void> {
  const box = defineBox({
    name: 'lab',
    targets: {
      cam: async () => new Camera(),
      plain: { read: (samples: number) => samples * 2 },
      exposed: expose(() => new Camera(), {
        exclusive: ['frames'],
        timeouts: { snap: 5 },
        idempotent: ['identity'],
      }),
    },
  });
  void box.name;
  type Targets = TargetsOf<typeof box>;
  holds<Equal<Targets['cam'], Camera>>();
  holds<Equal<Targets['exposed'], Camera>>();
  const plain = client.target<Targets['plain']>('plain');
  (await plain.read(3)) satisfies number;
  // @ts-expect-error -- no such option
  defineBox({ targets: {}, drainTimeot: 5 });
  // @ts-expect-error -- no such option
  expose(() => new Camera(), { concurency: 5 });
  // @ts-expect-error -- no such member
  expose(() => new Camera(), { hide: ['snpa'] });
  // @ts-expect-error -- not a stream
  expose(() => new Camera(), { exclusive: ['snap'] });
}

declare const own: Remote<{ lease(count: number): string }>;

/** A remote object can be had alone, typed or not; a member of that name is reached by `call()`. */
async function leasing(): Promise<void> {
  await using lease = await cam.lease({ ttl: 5000, timeout: Infinity, noWait: true });
  holds<Equal<typeof lease, Lease>>();
  lease.signal satisfies AbortSignal;
  holds<Equal<Awaited<ReturnType<Client['lease']>>, Lease>>();
  void own.lease({ ttl: Infinity });
  await using another = await client.target('pm').lease();
  another.since satisfies number;
  // @ts-expect-error -- a lease has no such option
  void cam.lease({ tll: 5 });
  // @ts-expect-error -- not the member of the target, but the remote object's own
  void own.lease(5);
  // @ts-expect-error -- what a lease has is readonly
  lease.ttl = 5;
  void client.call('cam', 'snap', [], { noWait: true });
}

export { absent, boxes, byName, functions, generics, leasing, methods, properties, setting, streams };

/** Without a type, everything may be tried. */
export async function untyped(): Promise<void> {
  const anything = client.target('pm');
  await anything.readVoltage(20);
  for await (const value of anything.readings()) console.log(value);
  await anything.set({ range: 3 });
}

declare class Meter {
  query(command: string, options?: { timeout?: number; signal?: AbortSignal }): Promise<string>;
}
declare const meter: Remote<Meter>;

/** An optional parameter that could hold a function is left out; the method stays. */
export async function optional(): Promise<void> {
  await meter.query('*IDN?');
  // @ts-expect-error its options hold a signal, which can't cross
  await meter.query('*IDN?', {});
}
