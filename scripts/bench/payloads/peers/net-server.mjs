// The floor: a bare `node:net` server that takes bytes as they come, puts them nowhere, and answers with one byte.
// It is told how many bytes to expect, and looks at the first of them only.
import { createServer } from 'node:net';
import { serve } from '../child.mjs';
import { MEBIBYTE } from '../pattern.mjs';

const [path, mebibytes] = process.argv.slice(2);
const expected = Number(mebibytes) * MEBIBYTE;
const server = createServer((socket) => {
  let received = 0;
  let seed = 0;
  socket.on('data', (data) => {
    if (received === 0) seed = data[0];
    received += data.length;
    if (received < expected) return;
    received = 0;
    socket.write(Uint8Array.of(seed));
  });
  socket.on('error', () => undefined);
});
server.listen(path, () => serve({}));
