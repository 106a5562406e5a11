// Whose array is it: the owners of buffers that arrived on loan, and what a user says of them with keep and release.
import { discard, isDetached } from './detach';
import { givenBack } from './given-back';
import type { NdArray } from './nd-array';

/** Whoever lent out an ArrayBuffer, and decides when the loan ends. */
export interface ArrayOwner {
  /** The user keeps the array: it is no longer a loan. Called once or more. */
  keep(): void;
  /** The user needs the array no longer: detaches its buffer before it returns. */
  release(): void;
  /** A user has this view of the buffer: once the buffer is detached, its use is to be forbidden. */
  handOut?(view: ArrayBufferView): void;
}

/** One table for all copies of the package in a process, so that `keep` of one finds what arrived through another. */
const owners = ((globalThis as Record<symbol, unknown>)[Symbol.for('samebox.ArrayOwners')] ??=
  new WeakMap()) as WeakMap<ArrayBufferLike, ArrayOwner>;

/** Notes whose `buffer` is. A later owner takes an earlier one's place. */
export function own(buffer: ArrayBuffer, owner: ArrayOwner): void {
  owners.set(buffer, owner);
}

/** Whose `buffer` is, if anybody's: what was made by its user has no owner. */
export function ownerOf(buffer: ArrayBufferLike): ArrayOwner | undefined {
  return owners.get(buffer);
}

/**
 * Keeps an array that is on loan: an argument beyond its call, a stream's item beyond the next one. It belongs to the caller
 * then, until it is released or collected. Keeping a part (a row, a slice, a subarray) keeps the whole. For an array that
 * isn't on loan nothing happens.
 * @returns the array.
 * @throws TypeError if the loan has ended: the array is detached.
 */
export function keep<T extends NdArray | ArrayBufferView>(array: T): T {
  if (isGone(array)) throw givenBack();
  ownerOf(viewOf(array).buffer)?.keep();
  return array;
}

/**
 * Gives an array back at once, without waiting for the garbage collector: its memory is used anew, or freed. Using it
 * afterwards throws a TypeError. Again, it does nothing.
 *
 * Only an array that has its ArrayBuffer to itself gives memory back. A part of a larger one (a row, a slice, a subarray,
 * a small Buffer, which lies in a pool) leaves the rest alone: the memory stays until the whole is released; a part that
 * is an NdArray can't be used any more, a part that is a typed array can.
 * @throws TypeError if it is no array.
 */
export function release(array: NdArray | ArrayBufferView): void {
  if (ArrayBuffer.isView(array)) releaseView(array);
  else array.release();
}

/** As `release`, for what is no NdArray. */
export function releaseView(view: ArrayBufferView): void {
  const buffer = view.buffer as ArrayBuffer;
  if (view.byteLength !== buffer.byteLength || isDetached(buffer)) return;
  const owner = ownerOf(buffer);
  if (owner !== undefined) owner.release();
  else discard(buffer);
}

function isGone(array: NdArray | ArrayBufferView): boolean {
  return ArrayBuffer.isView(array) ? isDetached(array.buffer) : array.detached;
}

function viewOf(array: NdArray | ArrayBufferView): ArrayBufferView {
  const view: unknown = ArrayBuffer.isView(array) ? array : array.data;
  if (!ArrayBuffer.isView(view)) throw new TypeError('that is neither an NdArray nor a typed array');
  return view;
}
