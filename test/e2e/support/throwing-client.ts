// A client whose progress listener throws. Prints what came of it, one JSON text per line.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as ClientPackage from '../../../client';

const { connect } = createRequire(__filename)(
  join(__dirname, '..', '..', '..', 'dist', 'client'),
) as typeof ClientPackage;

const say = (...words: unknown[]): void => console.log(JSON.stringify(words));
process.on('uncaughtException', (error) => say('uncaught', error.message));

async function main(): Promise<void> {
  const client = await connect('lab');
  const onProgress = (): void => {
    throw new Error('a fault of the listener');
  };
  say('result', await client.call('bad', 'progress', [], { onProgress }));
  say('session', client.session, await client.call('other', 'echo', ['still here']));
  await client.close();
  process.disconnect?.();
}

void main();
