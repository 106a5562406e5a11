// A process that becomes another user, then is a client or a daemon on command. Started by `user-child.ts`.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as ClientPackage from '../../../client';
import type * as DaemonPackage from '../../../daemon';
import type * as Native from '../../../src/native';
import { Stage } from './stage';
import type { Become, Order, Reply } from './user-child';

const dist = createRequire(join(__dirname, '..', '..', '..', 'dist', 'x'));
const { connect, SameboxError } = dist('./client') as typeof ClientPackage;
const { defineBox, startDaemon } = dist('./daemon') as typeof DaemonPackage;
const { native } = dist('./src/native') as typeof Native;

let client: ClientPackage.Client | undefined;
let daemon: DaemonPackage.RunningDaemon | undefined;

const ORDERS: Record<string, (...args: never[]) => unknown> = {
  become({ uid, gid, groups }: Become) {
    // All that is read from this checkout is read before: another user may not reach it.
    native();
    process.setgroups?.([...groups]);
    process.setgid?.(gid);
    process.setuid?.(uid);
    return process.pid;
  },
  async connect(endpoint: string, options: ClientPackage.ConnectOptions = {}) {
    await client?.close();
    client = await connect(endpoint, { timeout: 0, name: 'other', ...options });
    return client.endpoint;
  },
  async serve(options: object) {
    const targets = { stage: () => new Stage() };
    daemon = await startDaemon(defineBox({ name: 'lab', drainTimeout: 100, ...options, targets }));
    return daemon.path;
  },
  async end() {
    await client?.close();
    await daemon?.close(0);
  },
};

async function obey({ name, args }: Order): Promise<unknown> {
  const order = ORDERS[name];
  if (order !== undefined) return order(...(args as never[]));
  const method = client?.[name as 'call'] as (...given: unknown[]) => unknown;
  return method.apply(client, [...args]);
}

process.on('message', (order: Order) => {
  obey(order).then(
    (value) => process.send?.({ value } satisfies Reply),
    (error: unknown) => {
      const { code, message, ran, details } = SameboxError.from(error);
      process.send?.({ error: { code, message, ran, details } } satisfies Reply);
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ value: 'ready' } satisfies Reply);
