// vscode-jsonrpc: a client that hands payloads over.
import { once } from 'node:events';
import { connect } from 'node:net';
import { contend } from './client.mjs';
import { jsonRpc } from './jsonrpc-connection.mjs';

const [path, way] = process.argv.slice(2);
const socket = connect(path);
await once(socket, 'connect');
const { connection, pack } = jsonRpc(socket, way);
connection.listen();
contend(
  (payload) => connection.sendRequest('take', pack(payload)),
  () => connection.dispose(),
);
