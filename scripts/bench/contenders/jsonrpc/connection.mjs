// vscode-jsonrpc over a Unix socket, in two ways of sending bytes. `json`: as a base64 string, the faster of the strings that
// its JSON can carry (latin1 took 4 to 6 s for 64 MiB, base64 0.7 to 1.3 s). `cbor`: its reader and writer are given a codec
// of one's own, an option that its documentation doesn't mention.
import { Encoder } from 'cbor-x';
import rpc from 'vscode-jsonrpc/node';

const encoder = new Encoder({ useRecords: false });
const name = 'application/cbor';
const contentTypeEncoder = { name, encode: async (message) => encoder.encode(message) };
const contentTypeDecoder = { name, decode: async (bytes) => encoder.decode(bytes) };

const WAYS = {
  json: {
    pack: (bytes) => bytes.toString('base64'),
    unpack: (text) => Buffer.from(text, 'base64'),
  },
  cbor: {
    reader: { contentTypeDecoder },
    writer: { contentTypeEncoder },
    pack: (bytes) => bytes,
    unpack: (bytes) => bytes,
  },
};

/** @param {keyof typeof WAYS} way */
export function jsonRpc(socket, way) {
  const { reader, writer, pack, unpack } = WAYS[way];
  const connection = rpc.createMessageConnection(
    new rpc.SocketMessageReader(socket, reader),
    new rpc.SocketMessageWriter(socket, writer),
  );
  return { connection, pack, unpack };
}

// Types of messages, as its documentation has them: what is sent is one argument, or none.
export const NOOP = new rpc.RequestType0('noop');
export const OBJECT = new rpc.RequestType('object');
export const TAKE = new rpc.RequestType('take');
export const STREAM = new rpc.NotificationType('stream');
export const STREAMED = new rpc.NotificationType('streamed');
export const ITEM = new rpc.NotificationType('item');
