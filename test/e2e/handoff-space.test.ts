// No room for shared memory, or none any more: payloads go through the socket, and nothing ends with SIGBUS.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OS } from '../../src/os';
import { House } from '../daemon/daemon/house';
import { collected } from '../support/collect';
import { MiB, patterned, same } from '../support/patterns';
import { Bench, wrongSizes } from './support/handoff-child';
import { HandoffChild } from './support/handoff-children';

const asRoot = OS === 'linux' && process.getuid?.() === 0 ? test : test.skip;
const linux = OS === 'linux' ? test : test.skip;

let house: House;
let children: HandoffChild[];
beforeEach(() => {
  house = new House();
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map((child) => child.kill()));
  await house.close();
});

function child(): HandoffChild {
  const started = HandoffChild.start(house.path);
  children.push(started);
  return started;
}

function files(): string[] {
  return readdirSync(house.directory, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.includes('sock'),
  );
}

asRoot('a full tmpfs: what fits goes through files, the rest through the socket', async () => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m,mode=700', 'tmpfs', house.directory]);
  try {
    const one = child();
    await one.tell('daemon', { handoff: 'file' });
    const client = await house.client({ handoff: 'file' }, house.path);
    expect(await wrongSizes(client)).toEqual([]);
    const [session] = (await client.status()).sessions;
    expect(session?.handoff.out).toMatchObject({ way: 'file', reason: expect.stringMatching(/./) });
    await client.close();
    await one.kill();
  } finally {
    execFileSync('umount', ['-l', house.directory]);
  }
});

linux(
  'files that vanish (RemoveIPC): what is mapped stays, what comes goes another way or fails its call',
  async () => {
    const one = child();
    await one.tell('daemon', { handoff: 'file' });
    const client = await house.client({ handoff: 'file' }, house.path);
    const held = (await client.call('it', 'make', [3 * MiB, 1])) as Uint8Array;
    for (let round = 0; round < 4; round++) {
      for (const name of files()) rmSync(join(house.directory, name), { recursive: true, force: true });
      for (const length of [100_000, MiB, 3 * MiB]) {
        const bytes = patterned(length, round);
        const outcome = await client
          .call('it', 'echo', [bytes])
          .catch((error: { code: string }) => error.code);
        if (typeof outcome === 'string') expect(['NO_SPACE', 'OUTCOME_UNKNOWN']).toContain(outcome);
        else expect(same(outcome as Uint8Array, bytes)).toBe(true);
      }
    }
    expect(same(held, patterned(3 * MiB, 1))).toBe(true);
    expect(client.session).toBe(1);
    expect(await client.call('it', 'echo', ['still here'])).toBe('still here');
  },
);

linux.each([
  ['bytes of a session', { segmentBytes: 2 * MiB }],
  ['segments of a session', { segments: 2 }],
  ['bytes in all', { sharedBytes: 2 * MiB }],
  ['segments in all', { sharedSegments: 2 }],
])('too few %s, at both sides: everything arrives, through the socket if need be', async (_, limits) => {
  await house.daemon({ it: new Bench() }, { limits });
  const client = await house.client({ limits });
  expect(await wrongSizes(client)).toEqual([]);
  expect(client.session).toBe(1);
});

linux(
  'no file is left when a daemon and its clients have gone, also one that was killed, once the next has come',
  async () => {
    const one = child();
    await one.tell('daemon', { handoff: 'file' });
    const two = child();
    await two.tell('connect', { handoff: 'file' });
    expect(await two.tell('sizes')).toEqual([]);
    expect(files().length).toBeGreaterThan(2);
    await Promise.all([one.kill(), two.kill()]);
    const daemon = await house.daemon({ it: new Bench() }, { handoff: 'file' });
    const client = await house.client({ handoff: 'file' });
    expect(await wrongSizes(client)).toEqual([]);
    await client.close();
    await daemon.close(0);
    await collected(() => !files().some((name) => name.endsWith('.seg'))); // The client's own arrays.
  },
);
