// grpc-js: a server at a Unix socket.
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { seedOf } from '../../harness/pattern.mjs';
import { itemOf, serveContender } from '../server.mjs';
import { Bench, OPTIONS, payloads } from './service.mjs';

const listeners = new Set();
const server = new Server(OPTIONS);
server.addService(Bench.service, {
  Noop: (_, answer) => answer(null, {}),
  Object: ({ request }, answer) => answer(null, request),
  Stream: async (stream) => {
    for (let n = 0; n < stream.request.count; n++)
      if (!stream.write(itemOf(n))) await new Promise((resolve) => stream.once('drain', resolve));
    stream.end();
  },
  Hear: (stream) => {
    listeners.add(stream);
    stream.on('cancelled', () => listeners.delete(stream));
    stream.sendMetadata(stream.metadata); // So that the client knows that it is heard.
  },
});
server.addService(payloads, {
  take: ({ request }, answer) => answer(null, Buffer.of(seedOf(request))),
});
server.bindAsync(`unix:${process.argv[2]}`, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
  serveContender(
    {
      publish: (item) => {
        for (const stream of listeners) stream.write(item);
      },
    },
    () => server.forceShutdown(),
  );
});
