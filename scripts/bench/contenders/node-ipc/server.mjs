// node-ipc: a server at a Unix socket. Messages are JSON events; which answer belongs to which call is up to its user.
import { serveContender, itemOf } from '../server.mjs';
import { seedOf } from '../../harness/pattern.mjs';
import { ipc } from './ipc.mjs';

ipc.serve(process.argv[2], () => {
  const { server } = ipc;
  server.on('noop', ({ call }, socket) => server.emit(socket, 'answer', { call }));
  server.on('object', ({ call, value }, socket) => server.emit(socket, 'answer', { call, value }));
  server.on('take', ({ call, bytes }, socket) =>
    server.emit(socket, 'answer', { call, value: seedOf(Buffer.from(bytes, 'base64')) }),
  );
  server.on('stream', ({ count }, socket) => {
    for (let n = 0; n < count; n++) server.emit(socket, 'streamed', itemOf(n));
  });
  serveContender({ publish: (item) => server.broadcast('item', item) }, () => server.stop());
});
ipc.server.start();
