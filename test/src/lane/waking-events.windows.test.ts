// Blocking by named events, and the bell of a lane: between two threads, as between two processes.
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { wakingEvents } from '../../../src/lane/waking-events.windows';
import { IS_WINDOWS } from '../../../src/os';

const windows = IS_WINDOWS ? describe : describe.skip;
const FILE = join(__dirname, '../../../dist/src/lane/waking-events.windows.js');
/** Longer than a test may take: who waits for it fails. */
const LONG_MS = 600_000;
const word = new Int32Array(1);

let lanes = 0;
/** A grant as a mapping has it: its name is what counts here. */
function grant(): string {
  const random = (lanes++).toString(16).padStart(32, '0');
  return `mapping:Local\\samebox-${String(process.pid)}-${random}-0`;
}

/** A thread that has the other side, and does as it is told, without a turn of its event loop between. */
async function otherSide(way: string, code: string, heard?: Int32Array): Promise<Worker> {
  const text = `
    const { workerData, parentPort } = require('node:worker_threads');
    const side = require(workerData.file).wakingEvents(workerData.way, workerData.side);
    parentPort.postMessage('ready');
    parentPort.once('message', () => { ${code}; parentPort.postMessage('done'); });`;
  const side = code.includes('ring') ? 'connected' : 'accepted';
  const worker = new Worker(text, { eval: true, workerData: { file: FILE, way, side, heard } });
  await once(worker, 'message');
  return worker;
}

windows('by an event', () => {
  test('a wait ends by itself', () => {
    const side = wakingEvents(grant(), 'connected');
    side.wait(word, 0, 1.5);
    side.close();
  });

  test('a wait ends when the other side wakes, and one that is woken before does not begin', async () => {
    const way = grant();
    const side = wakingEvents(way, 'connected');
    const worker = await otherSide(way, 'side.wake()');
    worker.postMessage('go');
    side.wait(word, 0, LONG_MS);
    await once(worker, 'message');
    const again = await otherSide(way, 'side.wake()');
    again.postMessage('go');
    await once(again, 'message');
    side.wait(word, 0, LONG_MS);
    side.close();
    await Promise.all([worker.terminate(), again.terminate()]);
  });

  test('a bell is heard as often as it is rung, though the loop of who rings does not turn', async () => {
    const way = grant();
    const side = wakingEvents(way, 'accepted');
    let rung = 0;
    const often = new Promise<void>((resolve) => {
      side.hear?.(() => ++rung === 2 && resolve());
    });
    // Not twice at once: what is rung together may be heard as one.
    const heard = new Int32Array(new SharedArrayBuffer(4));
    const worker = await otherSide(
      way,
      'side.ring(); Atomics.wait(workerData.heard, 0, 0); side.ring()',
      heard,
    );
    worker.postMessage('go');
    while (rung === 0) await new Promise((resolve) => setImmediate(resolve));
    Atomics.store(heard, 0, 1);
    Atomics.notify(heard, 0);
    await often;
    side.close();
    await worker.terminate();
  });

  test('to ring where nobody hears any more does nothing', () => {
    const side = wakingEvents(grant(), 'connected');
    side.ring?.();
    side.close();
  });
});
