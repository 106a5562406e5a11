// A client on a lane that keeps no rule: it writes what it likes into the memory that it shares with the daemon.
import { KIND, type Head } from '../../../src/frames';
import { readOffer } from '../../../src/handoff/offer';
import { laneSegmentBytes } from '../../../src/lane/lane';
import {
  ringMemory,
  RingReader,
  RingWriter,
  RING_CONTROL_BYTES,
  type RingMemory,
} from '../../../src/lane/ring';
import type { SegmentMemory } from '../../../src/segments/memory';
import { openSegment } from '../../../src/segments/segment-ways';
import { DEFAULT_LIMITS } from '../../../src/limits';
import { FrameDecoder } from '../../../src/frames';
import { until } from '../../src/peer/support/sockets';
import { frame, hello, RawClient } from './raw-client';

export const FEATURES = ['handoff', 'low-latency', 'lane'];

/** Says hello, proves that it reads the daemon's memory, and gives what it is offered. */
export async function offered(path: string): Promise<{ raw: RawClient; bytes: number; way: string }> {
  const raw = await RawClient.connect(path);
  raw.write(
    hello({ features: FEATURES, peer: { name: 'raw', pid: process.pid, language: 'bytes', version: '0' } }),
  );
  const welcome = (await raw.frame(KIND.welcome)).body as { handoff: { proof: string } };
  const nonce = await readOffer(welcome.handoff.proof, { pid: process.pid, trusted: true });
  raw.write(frame([KIND.proof, 0, 0], { nonce }));
  const [, , , bytes, way] = (await raw.frame(KIND.lane)).head as unknown as [0, 0, 0, number, string];
  return { raw, bytes, way };
}

export class RawLaneClient {
  /** Heads of what came through the lane. */
  readonly heads: Head[] = [];
  readonly up: RingMemory;
  readonly down: RingMemory;
  private readonly writer: RingWriter;
  private readonly reader: RingReader;
  private readonly decoder = new FrameDecoder(DEFAULT_LIMITS, {
    onFrame: (head) => void this.heads.push(head),
    chunkTarget: (_head, length) => new Uint8Array(length),
    onChunk: (head) => void this.heads.push(head),
  });

  private constructor(
    readonly raw: RawClient,
    private readonly memory: SegmentMemory,
    bytes: number,
  ) {
    const buffer = memory.view(0, laneSegmentBytes(bytes));
    this.up = ringMemory(buffer, 0, bytes);
    this.down = ringMemory(buffer, RING_CONTROL_BYTES + bytes, bytes);
    this.writer = new RingWriter(this.up);
    this.reader = new RingReader(this.down);
  }

  /** Changes over to the lane, as the rules say. */
  static async join(path: string): Promise<RawLaneClient> {
    const { raw, bytes, way } = await offered(path);
    const options = {
      bytes: laneSegmentBytes(bytes),
      pid: process.pid,
      trusted: true,
      writes: 'both',
    } as const;
    const client = new RawLaneClient(raw, openSegment(way, options) as SegmentMemory, bytes);
    raw.write(frame([KIND.switch, 0, 0, '']));
    await raw.frame(KIND.switch);
    return client;
  }

  /** Bytes through the lane; the daemon is woken, awake or not. */
  write(bytes: Uint8Array): void {
    this.writer.write(bytes);
    this.ring();
  }

  ring(): void {
    if (!this.raw.socket.destroyed) this.raw.write(Buffer.alloc(1));
  }

  /** Reads what the daemon has written, until a frame of this kind has come. */
  async frame(kind: Head[0]): Promise<Head> {
    const piece = Buffer.alloc(64 * 1024);
    const find = (): Head | undefined => {
      const count = this.reader.take(piece);
      if (count > 0) this.decoder.push(piece, count);
      return this.heads.find(([one]) => one === kind);
    };
    await until(() => find() !== undefined);
    return this.heads.find(([one]) => one === kind) as Head;
  }

  end(): void {
    this.raw.destroy();
    this.memory.unmap();
  }
}
