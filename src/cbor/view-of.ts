// Numbers in a Buffer are read three times as fast through a DataView, and to make one takes as long as five of them.

/** Larger memory isn't kept from being freed. */
const LARGEST = 256 * 1024;

let last: DataView = new DataView(new ArrayBuffer(0));

/** A view of all the memory that `bytes` lies in. What a socket brings lies in the same most of the time. */
export function viewOf(bytes: Buffer): DataView {
  const { buffer } = bytes;
  if (last.buffer === buffer) return last;
  const view = new DataView(buffer);
  if (buffer.byteLength <= LARGEST) last = view;
  return view;
}
