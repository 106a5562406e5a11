// Blocking a thread: what wakes it is another thread, over one word that both have.
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { blockingOf, type Blocking } from '../../../src/lane/blocking';
import { futexes } from '../../../src/lane/futex.linux';
import { polling } from '../../../src/lane/polling';
import { REST } from '../../../src/lane/ring';
import { IS_WINDOWS, OS } from '../../../src/os';

const DIST = join(__dirname, '../../../dist');
/** Longer than a test may take: who waits for it fails. */
const LONG_MS = 60_000;

/** Each way that there is here. */
const WAYS: [string, string, () => Blocking][] = [
  ...(OS === 'linux'
    ? [['a futex', 'futex.linux.js', () => futexes() as Blocking] as [string, string, () => Blocking]]
    : []),
  ['polling', 'polling.js', () => polling],
];

// Windows has its own: waking-events.windows.test.ts.
const posix = IS_WINDOWS ? describe.skip : describe;

posix.each(WAYS)('by %s', (_name, file, make) => {
  const word = (): Int32Array => new Int32Array(new SharedArrayBuffer(4));

  test('a word that has changed before is not waited for', () => {
    const shared = word();
    make().wait(shared, REST.blocks, LONG_MS);
    expect(shared[0]).toBe(REST.awake);
  });

  test('a wait ends by itself', () => {
    const shared = word();
    shared[0] = REST.blocks;
    make().wait(shared, REST.blocks, 1.5);
    expect(shared[0]).toBe(REST.blocks);
  });

  test('a wait ends when another thread has changed the word and wakes', async () => {
    const shared = word();
    shared[0] = REST.blocks;
    const code = `
      const { workerData, parentPort } = require('node:worker_threads');
      const { futexes, polling } = require(workerData.file);
      const blocking = polling ?? futexes();
      parentPort.postMessage('ready');
      parentPort.once('message', () => {
        Atomics.store(workerData.shared, 0, 0);
        blocking.wake(workerData.shared);
      });`;
    const worker = new Worker(code, {
      eval: true,
      workerData: { shared, file: join(DIST, 'src/lane', file) },
    });
    await once(worker, 'message');
    worker.postMessage('go');
    const blocking = make();
    while (Atomics.load(shared, 0) === REST.blocks) blocking.wait(shared, REST.blocks, LONG_MS);
    await once(worker, 'exit');
  });
});

(OS === 'linux' ? test : test.skip)('Linux has futexes', () => {
  expect(blockingOf('memfd:1:2', 'connected')).not.toBe(polling);
});
