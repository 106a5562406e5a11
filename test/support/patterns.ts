// Bytes that can be told from others, for tests of large payloads; also loaded by the processes that tests start.
import { createCipheriv } from 'node:crypto';

export const KiB = 1024;
export const MiB = 1024 * KiB;

/** `length` bytes that depend on `seed` at every place. Quick: a cipher makes them. */
export function patterned(length: number, seed: number): Uint8Array {
  const key = new Uint32Array([seed, 1, 2, 3]);
  const bytes = new Uint8Array(length);
  bytes.set(createCipheriv('aes-128-ctr', key, new Uint8Array(16)).update(bytes));
  return bytes;
}

/** Mulberry32: from 0 up to 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Whether two arrays have the same bytes. Quick for large ones, unlike `toEqual`. */
export function same(one: ArrayBufferView, other: ArrayBufferView): boolean {
  return Buffer.compare(bytesOf(one), bytesOf(other)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
