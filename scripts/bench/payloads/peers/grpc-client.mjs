// grpc-js: a client at a Unix socket.
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { contend } from './client.mjs';
import { OPTIONS, service } from './grpc-service.mjs';

const Client = makeGenericClientConstructor(service, 'Payloads');
const client = new Client(`unix:${process.argv[2]}`, credentials.createInsecure(), {
  ...OPTIONS,
  'grpc.enable_retries': 0,
});
contend(
  (payload) =>
    new Promise((resolve, reject) =>
      client.take(payload, (error, answer) => (error ? reject(error) : resolve(answer[0]))),
    ),
  () => client.close(),
);
