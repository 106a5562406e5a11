// A process of its own that makes and opens segments as the test tells it, and the test's side of it.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, ftruncateSync, openSync, truncateSync } from 'node:fs';
import type { OpenOptions, OwnSegment, ReadSegment, SegmentMemory } from '../../../src/segments/memory';
import { openSegment, segmentMaker } from '../../../src/segments/segment-ways';
import { TYPESCRIPT, typescriptEnv } from '../native/run-typescript';

export type Order =
  | { do: 'maker'; way?: 'memfd' | 'file' }
  | { do: 'create'; way: 'memfd' | 'file'; bytes: number; published?: boolean }
  | { do: 'open'; grant: string; options: OpenOptions }
  | { do: 'write'; offset: number; bytes: number[] }
  | { do: 'fill' }
  | { do: 'read'; offset: number; length: number }
  | { do: 'cut'; path: string }
  | { do: 'cut-own' }
  | { do: 'exhaust-descriptors' }
  | { do: 'give-descriptors-back' }
  | { do: 'remove' }
  | { do: 'end' };

export interface Answer {
  readonly value?: unknown;
  readonly code?: string;
  readonly cause?: string;
}

/** A child that does what it is told, one thing after the other, with the segment that it has last made or opened. */
export class SegmentProcess {
  private constructor(readonly child: ChildProcess) {}

  /** @param shell what a shell does before, e.g. `ulimit -f 100`. */
  static start(env: NodeJS.ProcessEnv = {}, shell?: string): SegmentProcess {
    const options = { execArgv: TYPESCRIPT, env: typescriptEnv(env) };
    if (shell === undefined) return new SegmentProcess(fork(__filename, [], options));
    // bash is given node's arguments, and becomes node.
    const script = `${shell}; exec "$0" "$@"`;
    const execArgv = ['-c', script, process.execPath, ...TYPESCRIPT];
    return new SegmentProcess(fork(__filename, [], { ...options, execPath: '/bin/bash', execArgv }));
  }

  get pid(): number {
    return this.child.pid ?? -1;
  }

  async tell(order: Order): Promise<Answer> {
    const waiting = new AbortController();
    const { signal } = waiting;
    this.child.send(order);
    try {
      const answered = once(this.child, 'message', { signal });
      const ended = once(this.child, 'exit', { signal }).then(([code, by]) => {
        throw new Error(`the process ended: ${String(code ?? by)}`);
      });
      const [answer] = (await Promise.race([answered, ended])) as [Answer];
      answered.catch(() => undefined);
      ended.catch(() => undefined);
      return answer;
    } finally {
      waiting.abort();
    }
  }

  /** Ends it by itself. */
  async end(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.send({ do: 'end' });
    await ended;
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

let segment: OwnSegment | SegmentMemory | ReadSegment | undefined;
const descriptors: number[] = [];

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'maker': {
      const maker = segmentMaker(order.way);
      return 'unavailable' in maker ? maker : maker.way;
    }
    case 'create': {
      const maker = segmentMaker(order.way);
      if ('unavailable' in maker) throw new Error(maker.unavailable);
      const made = await maker.create(order.bytes, { published: order.published });
      segment = made;
      return made.grant;
    }
    case 'open':
      segment = openSegment(order.grant, order.options);
      return 'view' in segment ? 'mapped' : 'read';
    case 'write':
      new Uint8Array(mapped().view(order.offset, order.bytes.length)).set(order.bytes);
      return undefined;
    case 'fill':
      new Uint8Array(mapped().view(0, mapped().bytes)).fill(1);
      return undefined;
    case 'read':
      if (segment !== undefined && 'read' in segment)
        return [...(await segment.read(order.offset, order.length))];
      return [...new Uint8Array(mapped().view(order.offset, order.length))];
    case 'cut':
      truncateSync(order.path, 0);
      return undefined;
    case 'cut-own':
      ftruncateSync(Number((segment as OwnSegment).grant.split(':')[2]), 0);
      return undefined;
    case 'exhaust-descriptors':
      try {
        for (;;) descriptors.push(openSync('/dev/null', 'r'));
      } catch (error) {
        return (error as NodeJS.ErrnoException).code;
      }
    case 'give-descriptors-back':
      for (const fd of descriptors.splice(0)) closeSync(fd);
      return undefined;
    case 'remove':
      (segment as OwnSegment).remove();
      return undefined;
    case 'end':
      process.disconnect();
      return undefined;
  }
}

function mapped(): SegmentMemory {
  return segment as SegmentMemory;
}

if (require.main === module) {
  process.on('message', (order: Order) => {
    obey(order).then(
      (value) => process.connected && process.send?.({ value }),
      (error: NodeJS.ErrnoException) =>
        process.send?.({
          code: error.code ?? error.message,
          cause: (error.cause as { code?: string })?.code,
        }),
    );
  });
}
