// `callSync`: a call that keeps its thread. The daemon runs in another process, since nothing else turns here meanwhile.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { IncomingStream } from '../../src/peer/incoming-stream';
import type { Client } from '../../client/client';
import { HandoffChild } from '../e2e/support/handoff-children';
import { House } from '../daemon/daemon/house';
import { lanes } from '../support/lanes';
import { MiB, patterned, same } from '../support/patterns';

/** What a call throws. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('it threw nothing');
}

lanes('callSync', () => {
  let house: House;
  let child: HandoffChild;
  let client: Client;

  beforeEach(async () => {
    house = new House();
    child = HandoffChild.start(house.path);
    await child.tell('daemon');
    client = await house.client({ latency: 'lane' }, house.path);
    expect(client.latency).toBe('lane');
  });
  afterEach(async () => {
    await client.close();
    await child.kill();
    await house.close();
  });

  test('gives the result, without a turn of the event loop', () => {
    let turned = false;
    setImmediate(() => (turned = true));
    for (let round = 0; round < 2000; round++) expect(client.callSync('it', 'echo', [round])).toBe(round);
    expect(turned).toBe(false);
  });

  test('wakes a daemon that sleeps, again and again', async () => {
    for (let round = 0; round < 10; round++) {
      expect(client.callSync('it', 'echo', [round])).toBe(round);
      await new Promise((resolve) => setTimeout(resolve, 10)); // Longer than the loop is kept hot.
    }
  });

  test('throws what call rejects with', () => {
    expect(thrown(() => client.callSync('it', 'nothing'))).toMatchObject({ code: 'NO_METHOD', ran: 'no' });
    expect(thrown(() => client.callSync('none', 'x'))).toMatchObject({ code: 'NO_TARGET', ran: 'no' });
    expect(thrown(() => client.callSync('it', 'echo', [() => 1]))).toMatchObject({
      code: 'UNENCODABLE',
      ran: 'no',
    });
    expect(thrown(() => client.callSync('it', 'make', [-1, 0]))).toMatchObject({
      code: 'METHOD_FAILED',
      ran: 'yes',
    });
    expect(thrown(() => client.callSync('it', 'frames', [[1]]))).toEqual(
      new TypeError("it.frames gives a stream, which can't be had at once: use call"),
    );
    expect(thrown(() => client.callSync('it', 'echo', 5 as never))).toEqual(
      new TypeError('args: an array, or an object of named arguments'),
    );
    expect(client.callSync('it', 'echo', ['still here'])).toBe('still here');
    expect(client.callSync('it', 'echo', { value: 'named' })).toBe('named');
  });

  test('carries large arrays both ways, in pieces where they are too large for that', () => {
    for (const [seed, length] of [1, 5000, 70_000, 300_000, MiB, 5 * MiB].entries()) {
      expect(same(client.callSync('it', 'make', [length, seed]) as Uint8Array, patterned(length, seed))).toBe(
        true,
      );
      expect(client.callSync('it', 'same', [patterned(length, seed), seed])).toBe(true);
    }
  });

  test('a deadline ends it, and other targets go on', () => {
    const hold = (): unknown => client.callSync('it', 'hold', [new Uint8Array(8), 0], { timeout: 30 });
    expect(thrown(hold)).toMatchObject({ code: 'TIMEOUT' });
    expect(client.callSync('other', 'echo', [1])).toBe(1);
  });

  test('what comes for others meanwhile is theirs: calls and streams go on', async () => {
    const frames = (await client.call('it', 'frames', [
      Array.from({ length: 300 }, () => 100),
    ])) as IncomingStream;
    let items = 0;
    const reading = (async () => {
      for await (const item of frames) items += item === undefined ? 0 : 1;
    })();
    const calls: Promise<unknown>[] = [];
    for (let round = 0; round < 100; round++) {
      calls.push(client.call('it', 'echo', [round]));
      expect(client.callSync('other', 'echo', [-round])).toBe(-round);
      if (round % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await Promise.all(calls)).toEqual(calls.map((_, index) => index));
    await reading;
    expect(items).toBe(300);
  });

  test('a daemon that is killed ends it with CONNECTION_LOST, though the event loop does not turn', () => {
    const code = `setTimeout(() => process.kill(${child.pid}, 'SIGKILL'), 200)`;
    spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
    const hold = (): unknown => client.callSync('it', 'hold', [new Uint8Array(8), 0], { timeout: Infinity });
    expect(thrown(hold)).toMatchObject({ code: 'CONNECTION_LOST', ran: 'maybe' });
    expect(thrown(() => client.callSync('it', 'echo', [1]))).toMatchObject({ code: 'CONNECTION_LOST' });
  });

  test('without a lane it says so, and has not run', async () => {
    const plain = await house.client({}, house.path);
    expect(thrown(() => plain.callSync('it', 'echo', [1]))).toMatchObject({
      code: 'CONNECTION_LOST',
      ran: 'no',
      message: expect.stringContaining('no lane: it was not asked for') as string,
    });
    await plain.close();
    expect(thrown(() => plain.callSync('it', 'echo', [1]))).toMatchObject({ code: 'CANCELLED', ran: 'no' });
  });

  test('after the connection was lost, it goes again once a lane stands', async () => {
    await child.kill();
    child = HandoffChild.start(house.path);
    await child.tell('daemon');
    expect(await client.call('it', 'echo', [1])).toBe(1);
    while (client.latency !== 'lane') await new Promise((resolve) => setTimeout(resolve, 1));
    expect(client.callSync('it', 'echo', [2])).toBe(2);
  });

  test('in a worker thread, as control loops will have it', async () => {
    await client.close(); // The daemon keeps its loop hot for one session.
    const code = `
      const { workerData, parentPort } = require('node:worker_threads');
      const { connect } = require(workerData.client);
      connect(workerData.path, { latency: 'lane' }).then(async (client) => {
        let sum = 0;
        for (let n = 0; n < 2000; n++) sum += client.callSync('it', 'echo', [n]);
        parentPort.postMessage([client.latency, sum]);
        await client.close();
      });`;
    const workerData = { client: join(__dirname, '../../dist/client/index.js'), path: house.path };
    const worker = new Worker(code, { eval: true, workerData });
    expect(await once(worker, 'message')).toEqual([['lane', (1999 * 2000) / 2]]);
    await once(worker, 'exit');
  });
});
