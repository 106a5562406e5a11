// Round trips of 48 bytes over the bare echo, one write per call.
import { once } from 'node:events';
import { connect } from 'node:net';
import { measure } from './measure.mjs';

const BYTES = 48;
const message = Buffer.alloc(BYTES, 7);
const socket = connect(process.argv[2]);
await once(socket, 'connect');
const waiting = [];
let head = 0;
let received = 0;
socket.on('data', (data) => {
  for (received += data.length; received >= BYTES; received -= BYTES) {
    const resolve = waiting[head];
    waiting[head++] = undefined;
    if (head === 1024) {
      waiting.splice(0, head);
      head = 0;
    }
    resolve();
  }
});
await measure(
  () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      socket.write(message);
    }),
);
socket.destroy();
