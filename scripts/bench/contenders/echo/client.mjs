// The floor: writes bytes to a bare socket and waits for those that come back. One write per call, no framing.
import { once } from 'node:events';
import { connect } from 'node:net';
import { contend } from '../client.mjs';
import { Heat } from '../heat.mjs';
import { CALL_BYTES, ITEM_BYTES } from './sizes.mjs';

const path = process.argv[2];
const message = Buffer.alloc(CALL_BYTES, 7);
const heat = new Heat();

const echo = await open('e');
const bytes = await open('b');
const items = await open('s');
const waiting = [];
let head = 0;
let received = 0;
echo.on('data', (data) => {
  for (received += data.length; received >= CALL_BYTES; received -= CALL_BYTES) {
    const resolve = waiting[head];
    waiting[head++] = undefined;
    if (head === 1024) {
      waiting.splice(0, head);
      head = 0;
    }
    resolve();
  }
});

function call() {
  return new Promise((resolve) => {
    waiting.push(resolve);
    echo.write(message);
  });
}

async function take(payload) {
  const length = Buffer.alloc(8);
  length.writeDoubleBE(payload.length);
  bytes.write(length);
  await once(bytes, 'data');
  bytes.write(payload);
  const [answer] = await once(bytes, 'data');
  return answer[0];
}

function stream(count) {
  const wanted = Buffer.alloc(4);
  wanted.writeUInt32BE(count);
  return new Promise((resolve) => {
    let got = 0;
    items.on('data', function counting(data) {
      got += data.length;
      if (got < count * ITEM_BYTES) return;
      items.off('data', counting);
      resolve(got / ITEM_BYTES);
    });
    items.write(wanted);
  });
}

async function hear(onItem) {
  const socket = await open('l');
  let rest = Buffer.alloc(0);
  socket.on('data', (data) => {
    const all = rest.length === 0 ? data : Buffer.concat([rest, data]);
    let at = 0;
    for (; at + ITEM_BYTES <= all.length; at += ITEM_BYTES) onItem(all.readUInt32BE(at));
    rest = all.subarray(at);
  });
}

async function open(purpose) {
  const socket = connect(path);
  await once(socket, 'connect');
  socket.write(purpose);
  await once(socket, 'data');
  return socket;
}

contend({ noop: call, calls: call, take, stream, hear }, () => undefined, heat.commands);
