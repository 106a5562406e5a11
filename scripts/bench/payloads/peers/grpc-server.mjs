// grpc-js: a server at a Unix socket.
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { serve } from '../child.mjs';
import { seedOf } from '../pattern.mjs';
import { OPTIONS, service } from './grpc-service.mjs';

const server = new Server(OPTIONS);
server.addService(service, {
  take: ({ request }, answer) => answer(null, Buffer.of(seedOf(request))),
});
server.bindAsync(`unix:${process.argv[2]}`, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
  serve({}, () => server.forceShutdown());
});
