import koffi from 'koffi';
import { IS_WINDOWS, OS } from '../../../src/os';
import { detach, discard, isDetached } from '../../../src/values/detach';

/** An anonymous mapping: memory that is not JavaScript's own. */
function mapping(bytes: number): () => ArrayBuffer {
  const pointer = IS_WINDOWS ? committed(bytes) : mapped(bytes);
  return () => koffi.view(pointer, bytes);
}

function mapped(bytes: number): unknown {
  const mmap = koffi
    .load(null)
    .func('void *mmap(void *addr, size_t n, int prot, int flags, int fd, int64_t off)');
  const [read, write, isPrivate, anonymous] = [1, 2, 2, OS === 'linux' ? 0x20 : 0x1000];
  return mmap(null, bytes, read | write, isPrivate | anonymous, -1, 0);
}

function committed(bytes: number): unknown {
  const virtualAlloc = koffi
    .load('kernel32.dll')
    .func('void *VirtualAlloc(void *addr, size_t n, uint32_t type, uint32_t protection)');
  const [commitAndReserve, readWrite] = [0x3000, 4];
  return virtualAlloc(null, bytes, commitAndReserve, readWrite);
}

/** Memory of WebAssembly, which nobody can detach. */
function wasmMemory(): { readonly buffer: ArrayBuffer } {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Memory: new (options: { initial: number }) => { readonly buffer: ArrayBuffer } };
  };
  return new WebAssembly.Memory({ initial: 1 });
}

describe.each([
  ['own memory', () => new ArrayBuffer(70_000)],
  ['little memory', () => new ArrayBuffer(3)],
  ['no memory', () => new ArrayBuffer(0)],
  ['a mapping', () => mapping(70_000)()],
  ['a little mapping', () => mapping(4096)()],
])('%s', (_name, make) => {
  test('is detached before detach returns, and lives on in a new ArrayBuffer', async () => {
    const buffer = make();
    const { byteLength } = buffer;
    const view = new Uint8Array(buffer);
    view.fill(7);
    const fresh = detach(buffer);
    expect(buffer.byteLength).toBe(0);
    expect(view.length).toBe(0);
    expect(isDetached(buffer)).toBe(true);
    expect(isDetached(await fresh)).toBe(false);
    expect(Buffer.from(await fresh).equals(Buffer.alloc(byteLength, 7))).toBe(true);
    expect(() => detach(buffer)).toThrow(TypeError);
  });
});

test('of a mapping nothing is copied: who else sees it sees what is written through the new ArrayBuffer', async () => {
  const view = mapping(1 << 20);
  const other = new Uint8Array(view());
  let buffer = view();
  for (let round = 1; round <= 5; round++) {
    const old = buffer;
    buffer = await detach(old);
    expect(old.byteLength).toBe(0);
    expect(buffer.byteLength).toBe(1 << 20);
    new Uint8Array(buffer)[round] = round;
    expect(other[round]).toBe(round);
    other[0] = 100 + round;
    expect(new Uint8Array(buffer)[0]).toBe(100 + round);
  }
});

test('many that are detached at once each get their own memory back', async () => {
  const buffers = Array.from({ length: 50 }, (_, at) => Uint8Array.of(at, at, at).buffer);
  const fresh = await Promise.all(buffers.map((buffer) => detach(buffer)));
  expect(fresh.map((buffer) => new Uint8Array(buffer)[2])).toEqual(buffers.map((_, at) => at));
});

test('memory that cannot be detached is a TypeError, and the next still gets its own', async () => {
  const { buffer } = wasmMemory();
  expect(() => detach(buffer)).toThrow();
  expect(buffer.byteLength).toBe(65536);
  expect(new Uint8Array(await detach(Uint8Array.of(5).buffer))).toEqual(Uint8Array.of(5));
});

test('an empty array is not a detached one', () => {
  expect(isDetached(new ArrayBuffer(0))).toBe(false);
  expect(isDetached(new SharedArrayBuffer(0))).toBe(false);
});

describe('discarding', () => {
  test.each([0, 5, 8192, 65536, 1 << 20])('%d bytes of own memory are detached', (bytes) => {
    const buffer = new ArrayBuffer(bytes);
    discard(buffer);
    expect(isDetached(buffer)).toBe(true);
  });

  test('frees the memory at once where the engine can', () => {
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 20; round++) discard(new ArrayBuffer(1 << 24));
    if ('transfer' in ArrayBuffer.prototype) {
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 25);
    }
  });

  test('leaves the pool of Buffers alone, shared memory and that of WebAssembly', () => {
    const pool = Buffer.from('samebox').buffer;
    discard(pool);
    expect(pool.byteLength).toBeGreaterThan(0);
    expect(Buffer.from('abc').toString()).toBe('abc');
    const memory = wasmMemory();
    discard(memory.buffer);
    expect(memory.buffer.byteLength).toBe(65536);
    const shared = new SharedArrayBuffer(8);
    discard(shared as unknown as ArrayBuffer);
    expect(shared.byteLength).toBe(8);
  });
});
