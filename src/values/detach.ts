// Taking an ArrayBuffer's memory away from it: at once, without a copy, and for use under another ArrayBuffer.
import { AsyncLocalStorage } from 'node:async_hooks';
import * as workers from 'node:worker_threads';

/** `ArrayBuffer.prototype.transfer` itself, whatever stands in its way on one buffer (see `protect`). Node 22 and up. */
const transfer = (ArrayBuffer.prototype as { transfer?: (this: ArrayBuffer, length?: number) => ArrayBuffer })
  .transfer;

/** Whether a buffer's memory has been taken away. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength !== 0) return false;
  const { detached } = buffer as { detached?: boolean };
  if (detached !== undefined) return detached;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

/**
 * Detaches `buffer` before it returns: its length is 0 then, and so is that of every view over it. Its memory lives on in
 * a new ArrayBuffer, and is not copied, also where it is not JavaScript's own (a mapping). Works on protected buffers.
 *
 * Never for the pool of Node's Buffers, which would take all of them away.
 * @returns the new buffer; on Node 20 a promise of it.
 * @throws TypeError if the buffer is detached already, or can't be (shared or WebAssembly memory).
 */
export function detach(buffer: ArrayBuffer): ArrayBuffer | Promise<ArrayBuffer> {
  if (isDetached(buffer)) throw new TypeError('the ArrayBuffer is detached already');
  if (transfer !== undefined) return transfer.call(buffer);
  // A stream takes no empty chunk. Of a mapping structuredClone gives a copy, which of no bytes is all the same.
  if (buffer.byteLength === 0) return structuredClone(buffer, { transfer: [buffer] });
  return throughStream(buffer);
}

/** Most bytes that the pool of Node's Buffers has in any version. */
const POOL_BYTES = 64 * 1024;

/**
 * Detaches `buffer` and frees its memory if it is JavaScript's own. What can't or mustn't be detached (shared memory,
 * WebAssembly's, the pool of Node's Buffers; on Node 20 also a small mapping) stays as it is.
 */
export function discard(buffer: ArrayBuffer): void {
  try {
    if (transfer !== undefined) {
      if (!isMarked(buffer)) transfer.call(buffer, 0);
    } else if (buffer.byteLength > POOL_BYTES) {
      void detach(buffer);
    } else {
      // The pool is marked as not transferable. On Node 20 only structuredClone heeds the mark: it leaves it as it is.
      structuredClone(buffer, { transfer: [buffer] });
    }
  } catch {
    // It can't be detached.
  }
}

function isMarked(buffer: ArrayBuffer): boolean {
  const { isMarkedAsUntransferable } = workers as { isMarkedAsUntransferable?: (value: object) => boolean };
  return isMarkedAsUntransferable?.(buffer) === true;
}

/** A byte stream detaches what it is given at once, and hands the memory out again. One is enough for all. */
interface ByteStream {
  readonly controller: ReadableByteStreamController;
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  /** Waits for the next chunk. It outlives a chunk that was refused, so that no read gets another one's memory. */
  next: ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>;
}

/** The stream is nobody's: what reads it must not hold the call that happened to open it. */
const outside = AsyncLocalStorage.snapshot();

let stream: ByteStream | undefined;

function throughStream(buffer: ArrayBuffer): Promise<ArrayBuffer> {
  stream ??= outside(openStream);
  const { controller, reader, next } = stream;
  controller.enqueue(new Uint8Array(buffer));
  stream.next = outside(() => reader.read());
  return next.then(({ value }) => (value as Uint8Array).buffer as ArrayBuffer);
}

function openStream(): ByteStream {
  let controller!: ReadableByteStreamController;
  const reader = new ReadableStream({ type: 'bytes', start: (own) => void (controller = own) }).getReader();
  return { controller, reader, next: reader.read() };
}
