// vscode-jsonrpc: a server at a Unix socket.
import { createServer } from 'node:net';
import { seedOf } from '../../harness/pattern.mjs';
import { itemOf, serveContender } from '../server.mjs';
import { ITEM, jsonRpc, NOOP, OBJECT, STREAM, STREAMED, TAKE } from './connection.mjs';

const [path, way] = process.argv.slice(2);
const connections = new Set();
const server = createServer((socket) => {
  const { connection, unpack } = jsonRpc(socket, way);
  connections.add(connection);
  connection.onClose(() => connections.delete(connection));
  connection.onRequest(NOOP, () => undefined);
  connection.onRequest(OBJECT, (value) => value);
  connection.onRequest(TAKE, (packed) => seedOf(unpack(packed)));
  connection.onNotification(STREAM, async (count) => {
    // A notification resolves when it is written: that is its flow control.
    for (let n = 0; n < count; n++) await connection.sendNotification(STREAMED, itemOf(n));
  });
  connection.listen();
});
server.listen(path, () =>
  serveContender({
    publish: (item) => {
      for (const connection of connections) void connection.sendNotification(ITEM, item);
    },
  }),
);
