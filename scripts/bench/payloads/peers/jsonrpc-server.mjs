// vscode-jsonrpc: a server that takes payloads.
import { createServer } from 'node:net';
import { serve } from '../child.mjs';
import { seedOf } from '../pattern.mjs';
import { jsonRpc } from './jsonrpc-connection.mjs';

const [path, way] = process.argv.slice(2);
const server = createServer((socket) => {
  const { connection, unpack } = jsonRpc(socket, way);
  connection.onRequest('take', (packed) => seedOf(unpack(packed)));
  connection.listen();
});
server.listen(path, () => serve({}));
