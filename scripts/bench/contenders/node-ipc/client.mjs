// node-ipc: a client. It has events, no calls: a number in each says which answer is whose.
import { contend } from '../client.mjs';
import { ipc } from './ipc.mjs';

const SERVER = 'server';
await new Promise((resolve) =>
  ipc.connectTo(SERVER, process.argv[2], () => ipc.of[SERVER].on('connect', resolve)),
);
const server = ipc.of[SERVER];
const waiting = new Map();
let last = 0;
server.on('answer', ({ call, value }) => {
  const resolve = waiting.get(call);
  waiting.delete(call);
  resolve(value);
});

function ask(type, data) {
  return new Promise((resolve) => {
    const call = ++last;
    waiting.set(call, resolve);
    server.emit(type, { call, ...data });
  });
}

const noop = () => ask('noop');

/** It has no streams, and no flow control: as many events as items are wanted. */
function stream(count) {
  return new Promise((resolve) => {
    let came = 0;
    server.on('streamed', function counting() {
      if (++came < count) return;
      server.off('streamed', counting);
      resolve(came);
    });
    server.emit('stream', { count });
  });
}

contend(
  {
    noop,
    calls: noop,
    object: (value) => ask('object', { value }),
    take: (payload) => ask('take', { bytes: payload.toString('base64') }),
    stream,
    hear: async (onItem) => server.on('item', ({ n }) => onItem(n)),
  },
  () => ipc.disconnect(SERVER),
);
