// A process that is a daemon, or a client of one, from the built package, and does what the test says: one order after
// the other. The first argument is the socket's path.
import { readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as ClientPackage from '../../../client';
import type * as DaemonPackage from '../../../daemon';
import { memory, type Memory } from '../../support/memory';
import { KiB, MiB, patterned, same } from '../../support/patterns';

const load = createRequire(__filename);
const dist = join(__dirname, '..', '..', '..', 'dist');
const { connect, keep } = load(join(dist, 'client')) as typeof ClientPackage;
const { defineBox, startDaemon, shared } = load(join(dist, 'daemon')) as typeof DaemonPackage;

/** The targets of a daemon that is one: also used by tests in whose process the daemon is. */
export class Bench {
  stored: Uint8Array | undefined;
  private goOn: (() => void) | undefined;
  private readonly ticks = shared<unknown>(async function* ({ alloc, signal }) {
    for (let seed = 0; !signal.aborted; seed++) {
      const frame = alloc([MiB], 'uint8');
      frame.data.set(patterned(MiB, seed));
      yield { seed, frame };
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  });

  same = (bytes: Uint8Array, seed: number): boolean => same(bytes, patterned(bytes.length, seed));
  make = (length: number, seed: number): Uint8Array => patterned(length, seed);
  echo = (value: unknown): unknown => value;
  async *frames(lengths: number[]): AsyncGenerator<unknown> {
    for (const [seed, length] of lengths.entries()) yield [patterned(length, seed), seed];
  }
  shared(): AsyncIterable<unknown> {
    return this.ticks;
  }
  /** Runs until `letGo`; says whether its argument was whole then. */
  async hold(bytes: Uint8Array, seed: number): Promise<boolean> {
    this.stored = bytes;
    await new Promise<void>((resolve) => (this.goOn = resolve));
    return same(bytes, patterned(bytes.length, seed));
  }
  letGo(): void {
    this.goOn?.();
  }
  memory(): Memory {
    return memory();
  }
}

export const SIZES = [1, 4 * KiB, 64 * KiB, 64 * KiB + 1, MiB, MiB + 1, 20 * MiB];

/** Sends and gets payloads of all sizes; says which were wrong. */
export async function wrongSizes(client: ClientPackage.Client): Promise<string[]> {
  const wrong: string[] = [];
  const check = (what: string, length: number, right: unknown): void => {
    if (right !== true) wrong.push(`${what} of ${length}`);
  };
  for (const [seed, length] of SIZES.entries()) {
    check('argument', length, await client.call('it', 'same', [patterned(length, seed), seed]));
    const allocated = client.alloc([length], 'uint8');
    allocated.data.set(patterned(length, seed));
    check('allocated argument', length, await client.call('it', 'same', [allocated.data, seed]));
    const result = (await client.call('it', 'make', [length, seed])) as Uint8Array;
    check('result', length, same(result, patterned(length, seed)));
  }
  let seed = 0;
  for await (const item of client.call('it', 'frames', [SIZES])) {
    const [bytes] = item as [Uint8Array];
    check('item', SIZES[seed] as number, same(bytes, patterned(SIZES[seed] as number, seed)));
    seed++;
  }
  if (seed !== SIZES.length) wrong.push('items missing');
  return wrong;
}

let client: ClientPackage.Client;
const path = process.argv[2] ?? '';

const ORDERS: Record<string, (argument: never) => unknown> = {
  daemon: async (options: Partial<DaemonPackage.BoxOptions<never>>) => {
    const it = new Bench();
    await startDaemon(
      defineBox({ ...options, targets: { it, other: { echo: (value: unknown) => value } } }),
      {
        endpoint: path,
      },
    );
  },
  connect: async (options: ClientPackage.ConnectOptions) => {
    client = await connect(path, { timeout: 5000, ...options });
  },
  sizes: () => wrongSizes(client),
  status: async () => (await client.status()).sessions.find(({ id }) => id === client.session)?.handoff,
  memory,
  /** Makes a call whose argument the daemon holds, and doesn't wait for it. */
  hold: ({ length, seed, allocated }: { length: number; seed: number; allocated: boolean }) => {
    const bytes = allocated ? client.alloc([length], 'uint8').data : new Uint8Array(length);
    bytes.set(patterned(length, seed));
    client.call('it', 'hold', [bytes, seed]).catch(() => undefined);
  },
  /** Reads frames of the shared stream, and says which were not as they should be. */
  read: async (count: number) => {
    const wrong: number[] = [];
    let seen = 0;
    for await (const item of client.call('it', 'shared')) {
      const { seed, frame } = item as { seed: number; frame: ClientPackage.NdArray<Uint8Array> };
      if (!same(frame.data, patterned(MiB, seed))) wrong.push(seed);
      if (++seen === count) break;
    }
    return { seen, wrong };
  },
  /** Stops for good in the middle of a frame, with three more in hand. */
  readAndStick: async () => {
    let seen = 0;
    for await (const item of client.call('it', 'shared')) {
      keep((item as { frame: ClientPackage.NdArray }).frame);
      if (++seen === 4) break;
    }
    process.send?.({ value: 'stuck' });
    for (;;) readSync(0, Buffer.alloc(1)); // Until the end of stdin, which never comes.
  },
};

if (process.argv[1] === __filename) {
  process.on('message', ([order, argument]: [string, never]) => {
    Promise.resolve()
      .then(() => ORDERS[order]?.(argument))
      .then((value) => process.send?.({ value }))
      .catch((error: Error & { code?: string }) =>
        process.send?.({ error: `${error.code}: ${error.message}` }),
      );
  });
}
