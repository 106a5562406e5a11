// grpc-js: its services. Protobuf through proto-loader, as its documentation recommends; bytes pass as they are.
import { fileURLToPath } from 'node:url';
import { loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const definition = loadSync(fileURLToPath(new URL('bench.proto', import.meta.url)), { keepCase: true });

/** No-op calls, objects, streams. */
export const { Bench } = loadPackageDefinition(definition).bench;

const asIs = (bytes) => bytes;

/** One method that takes bytes and gives bytes: there is no Protobuf to encode, nor a copy to make. */
export const payloads = {
  take: {
    path: '/bench.Payloads/Take',
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  },
};

/** No limits, and windows that hold a whole payload: grpc-js 1.14 has these for clients only, not for what a server takes. */
export const OPTIONS = {
  'grpc.max_send_message_length': -1,
  'grpc.max_receive_message_length': -1,
  'grpc-node.flow_control_window': 2 ** 31 - 1,
  'grpc-node.max_session_memory': Number.MAX_SAFE_INTEGER,
};
