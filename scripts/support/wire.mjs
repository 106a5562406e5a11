// Raw clients: sockets that speak the protocol with the package's own codec, and may break any of its rules.
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { join } from 'node:path';

/** The package's codec. @param {string} folder its dist folder */
export function wireOf(folder) {
  const require = createRequire(join(folder, 'client', 'index.js'));
  const { ByteWriter } = require('../src/cbor/byte-writer');
  const { decodeValue } = require('../src/cbor/decode');
  const { FLAG, FrameDecoder, KIND, writeFrame } = require('../src/frames');
  const { DEFAULT_LIMITS } = require('../src/limits');
  const { PROTOCOL_VERSION } = require('../src/handshake');
  const inline = { refer: () => undefined, place: () => [1, 100_000], before: () => [] };

  /** The bytes of one frame; without a body if none is given. */
  function frame(head, ...body) {
    const writer = new ByteWriter(256);
    const value = body.length === 0 ? undefined : { value: body[0], root: 'body' };
    writeFrame(writer, head, value, DEFAULT_LIMITS, inline);
    return Buffer.concat(writer.take());
  }

  /** The bytes of a hello. */
  function hello(more = {}) {
    const peer = { name: 'raw', pid: process.pid, language: 'bytes', version: '0' };
    return frame([KIND.hello, 0, 0], { protocol: PROTOCOL_VERSION, features: [], limits: {}, peer, ...more });
  }

  /** The bytes of a call. */
  function call(id, target, member, args = [], budget = 30_000) {
    return frame([KIND.call, id, 0, target, member, budget, 0, 0, 64, []], args);
  }

  /** Cuts what the daemon sends into frames: `[head, body]`. */
  function decoder(onFrame) {
    return new FrameDecoder(DEFAULT_LIMITS, {
      onFrame,
      chunkTarget: (_head, length) => new Uint8Array(length),
      onChunk: () => undefined,
    });
  }

  return { KIND, FLAG, DEFAULT_LIMITS, decodeValue, frame, hello, call, decoder };
}

/** Opens a socket. Its errors are its end. */
export function opened(path) {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}
