// vscode-jsonrpc: a client.
import { once } from 'node:events';
import { connect } from 'node:net';
import { contend } from '../client.mjs';
import { ITEM, jsonRpc, NOOP, OBJECT, STREAM, STREAMED, TAKE } from './connection.mjs';

const [path, way] = process.argv.slice(2);
const socket = connect(path);
await once(socket, 'connect');
const { connection, pack } = jsonRpc(socket, way);
connection.listen();

const noop = () => connection.sendRequest(NOOP);

/** It has no streams: as many notifications as items are wanted. */
function stream(count) {
  return new Promise((resolve) => {
    let came = 0;
    const counting = connection.onNotification(STREAMED, () => {
      if (++came < count) return;
      counting.dispose();
      resolve(came);
    });
    void connection.sendNotification(STREAM, count);
  });
}

contend(
  {
    noop,
    calls: noop,
    object: (value) => connection.sendRequest(OBJECT, value),
    take: (payload) => connection.sendRequest(TAKE, pack(payload)),
    stream,
    hear: async (onItem) => connection.onNotification(ITEM, ({ n }) => onItem(n)),
  },
  () => connection.dispose(),
);
