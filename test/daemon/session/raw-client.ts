// A client that keeps no rule: it writes any bytes to a daemon's socket, and reads what comes back.
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { ByteWriter } from '../../../src/cbor/byte-writer';
import { decodeValue } from '../../../src/cbor/decode';
import { FrameDecoder, KIND, writeFrame, type Head } from '../../../src/frames';
import { PROTOCOL_VERSION } from '../../../src/handshake';
import { DEFAULT_LIMITS } from '../../../src/limits';
import { NO_PLACER } from '../../support/placers';

/** A frame that the daemon sent. */
export interface RawFrame {
  readonly head: Head;
  readonly body: unknown;
}

export class RawClient {
  readonly frames: RawFrame[] = [];
  /** Resolves when the daemon has closed the connection. */
  readonly closed: Promise<void>;
  private readonly waiting = new Set<() => void>();
  private gone = false;

  private constructor(readonly socket: Socket) {
    const decoder = new FrameDecoder(DEFAULT_LIMITS, {
      onFrame: (head, body) => {
        this.frames.push({ head, body: body.length === 0 ? undefined : decodeValue(body) });
        for (const wake of this.waiting) wake();
      },
      chunkTarget: (_head, length) => new Uint8Array(length),
      onChunk: () => undefined,
    });
    socket.on('data', (piece) => decoder.push(piece));
    socket.on('error', () => undefined); // The daemon may close while we still write.
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.gone = true;
        for (const wake of this.waiting) wake();
        resolve();
      });
    });
  }

  static async connect(path: string): Promise<RawClient> {
    const socket = createConnection({ path });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** Connects, says hello and awaits the welcome. */
  static async greeted(path: string): Promise<RawClient> {
    const raw = await RawClient.connect(path);
    raw.write(hello());
    await raw.frame(KIND.welcome);
    return raw;
  }

  write(bytes: Uint8Array | string): void {
    this.socket.write(bytes);
  }

  /** The first frame of this kind, of those that came or will; an Error if the connection closes before. */
  async frame(kind: Head[0]): Promise<RawFrame> {
    for (;;) {
      const found = this.frames.find(({ head }) => head[0] === kind);
      if (found !== undefined) return found;
      if (this.gone) throw new Error(`closed before a frame of kind ${kind}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  /** Code and body of the goaway that the daemon ends with. */
  async shownOut(): Promise<{ code: string; body: unknown }> {
    const { head, body } = await this.frame(KIND.goaway);
    await this.closed;
    return { code: String(head[3]), body };
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** The bytes of one frame. */
export function frame(head: Head, body?: unknown): Buffer {
  const writer = new ByteWriter(256);
  writeFrame(
    writer,
    head,
    body === undefined ? undefined : { value: body, root: 'body' },
    DEFAULT_LIMITS,
    NO_PLACER,
  );
  return Buffer.concat(writer.take());
}

/** The bytes of a hello. */
export function hello(more: Record<string, unknown> = {}): Buffer {
  const peer = { name: 'raw', pid: 1, language: 'bytes', version: '0' };
  return frame([KIND.hello, 0, 0], { protocol: PROTOCOL_VERSION, features: [], limits: {}, peer, ...more });
}

/** The bytes of a call. */
export function call(id: number, target: string, member: string, args: unknown = []): Buffer {
  return frame([KIND.call, id, 0, target, member, 5000, 0, 0, 64, []], args);
}
