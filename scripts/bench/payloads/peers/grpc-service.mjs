// grpc-js: one method that takes bytes and gives bytes. Messages pass as they are: there is no Protobuf to encode.
const asIs = (bytes) => bytes;

export const service = {
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
