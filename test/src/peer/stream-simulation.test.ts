// Both ends of a stream, with a line between them that loses what is under way whenever it is cut: driven by chance, no I/O.
import fc from 'fast-check';
import { EncodedBody } from '../../../src/frames';
import { POLICY, type SlowPolicy } from '../../../src/frames/heads';
import { IncomingStream } from '../../../src/peer/incoming-stream';
import { OutgoingStream } from '../../../src/peer/outgoing-stream';

const COUNT = 300;

class Line {
  private readonly down: (() => void)[] = [];
  private readonly up: (() => void)[] = [];
  private connected = true;
  readonly consumer: IncomingStream<number>;
  readonly producer: OutgoingStream;

  constructor(slow: SlowPolicy, keep: number) {
    this.consumer = new IncomingStream<number>(
      {
        credit: (items, bytes, received) =>
          this.send(this.up, () => this.producer.credit(items, bytes, received)),
        leave: () => undefined,
        over: () => undefined,
      },
      slow,
    );
    const deliver = (sequence: number, value: unknown): void =>
      this.send(this.down, () => this.consumer.push(sequence, value, 8));
    this.producer = new OutgoingStream(
      {
        ready: () => this.connected,
        item: (sequence, value) => {
          deliver(sequence, value);
          const body = EncodedBody.of(Buffer.alloc(8), []);
          body.bytes.writeUInt32BE(value as number);
          return { bytes: 8, body };
        },
        again: (sequence, body) => deliver(sequence, body.bytes.readUInt32BE()),
        end: (count) => (this.ended = count),
        fail: (error) => {
          throw error;
        },
      },
      POLICY[slow],
      keep,
    );
  }

  /** What the daemon keeps of the end, until it has arrived. */
  private ended: number | undefined;

  private send(way: (() => void)[], frame: () => void): void {
    if (this.connected) way.push(frame);
  }

  /** So many frames arrive, in each direction. */
  pass(frames: number): void {
    for (let n = 0; n < frames; n++) {
      this.down.shift()?.();
      this.up.shift()?.();
    }
    if (this.connected && this.down.length === 0 && this.ended !== undefined) this.consumer.end(this.ended);
  }

  cut(): void {
    this.connected = false;
    this.down.length = 0;
    this.up.length = 0;
  }

  /** The consumer claims what is left. */
  resume(): void {
    if (this.connected) return;
    this.connected = true;
    const { next, items, bytes } = this.consumer.position;
    this.producer.resume(next, items, bytes);
    this.consumer.grantAgain();
  }
}

async function* numbers(): AsyncGenerator<number> {
  for (let n = 0; n < COUNT; n++) yield await Promise.resolve(n);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets everything come to its end, with cuts where `script` says. */
async function simulate(
  slow: SlowPolicy,
  keep: number,
  script: readonly number[],
): Promise<{ got: number[]; dropped: number }> {
  const line = new Line(slow, keep);
  const running = line.producer.run(numbers());
  const got: number[] = [];
  const reading = (async () => {
    for await (const n of line.consumer) got.push(n);
  })();
  for (const step of script) {
    if (step === 0) line.cut();
    else if (step === 1) line.resume();
    else line.pass(step);
    await turn();
  }
  line.resume();
  let over = false;
  void reading.then(() => (over = true));
  for (let round = 0; round < 20 * COUNT && !over; round++) {
    line.pass(50);
    await turn();
  }
  expect(over).toBe(true);
  await running;
  return { got, dropped: line.consumer.dropped };
}

const script = fc.array(fc.oneof(fc.constant(0), fc.constant(1), fc.integer({ min: 2, max: 40 })), {
  maxLength: 40,
});

test('with cuts at any moment, every item arrives once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(script, async (steps) => {
      const { got, dropped } = await simulate('block', 1, steps);
      expect(got).toEqual(Array.from({ length: COUNT }, (_, n) => n));
      expect(dropped).toBe(0);
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('a consumer that wants the latest, or few, gets none twice, and what it missed is counted', async () => {
  const policies = fc.constantFrom<SlowPolicy>('latest', 'drop');
  await fc.assert(
    fc.asyncProperty(policies, fc.integer({ min: 1, max: 20 }), script, async (slow, keep, steps) => {
      const { got, dropped } = await simulate(slow, keep, steps);
      expect(got).toEqual([...new Set(got)].sort((one, other) => one - other));
      expect(got.length + dropped).toBe(COUNT);
    }),
    { numRuns: 60 },
  );
}, 60_000);
