import { inspect } from 'node:util';
import { detach } from '../../../src/values/detach';
import { forbidUse, protect } from '../../../src/values/forbid-use';
import { ELEMENT_TYPES, type TypedArray } from '../../../src/values/dtypes';

const GIVEN_BACK = /on loan and has been given back.*keep\(x\)/;

function forbidden<A extends ArrayBufferView>(view: A): A {
  void detach(view.buffer as ArrayBuffer);
  forbidUse(view);
  return view;
}

describe('a typed array whose loan has ended', () => {
  const types = ELEMENT_TYPES.filter(({ make }) => make !== undefined);

  test.each(types.map((type) => [type.arrayName, type] as const))(
    'every method of %s throws a TypeError that names keep',
    (_name, type) => {
      const view = forbidden(new type.make!(new ArrayBuffer(64))) as Float64Array;
      const methods: (() => unknown)[] = [
        () => view.at(0),
        () => view.map((x) => x),
        () => view.slice(),
        () => view.subarray(0),
        () => view.set([]),
        () => view.fill(0),
        () => [...view],
        () => view.entries(),
        () => view.join(),
        () => `${view.toString()}`,
      ];
      for (const method of methods) {
        expect(method).toThrow(TypeError);
        expect(method).toThrow(GIVEN_BACK);
      }
    },
  );

  test('still is what it was, with no length; its elements are undefined', () => {
    const view = forbidden(new Float64Array(4));
    expect(view instanceof Float64Array).toBe(true);
    expect(ArrayBuffer.isView(view)).toBe(true);
    expect([view.length, view.byteLength, view.byteOffset, view.buffer.byteLength]).toEqual([0, 0, 0, 0]);
    expect(view.BYTES_PER_ELEMENT).toBe(8);
    expect(view[0]).toBeUndefined();
    expect(Object.prototype.toString.call(view)).toBe('[object Float64Array]');
  });

  test('says so where it is shown', () => {
    expect(inspect({ view: forbidden(new Uint16Array(4)) })).toMatch(/\[Uint16Array that was on loan/);
  });

  test('a Buffer and a DataView are forbidden as well', () => {
    const buffer = forbidden(Buffer.alloc(10));
    expect(() => buffer.readUInt8(0)).toThrow(GIVEN_BACK);
    expect(() => buffer.toString()).toThrow(GIVEN_BACK);
    expect(Buffer.isBuffer(buffer)).toBe(true);
    const view = forbidden(new DataView(new ArrayBuffer(8)));
    expect(() => view.getUint8(0)).toThrow(GIVEN_BACK);
  });

  test('another one of its kind goes on working', () => {
    forbidden(new Float32Array(4));
    const mine: TypedArray = new Float32Array([1, 2]);
    expect([...mine.map((x) => 2 * x)]).toEqual([2, 4]);
  });

  test('a view that is not detached is left alone, and a second time does nothing', () => {
    const mine = new Uint8Array([1]);
    forbidUse(mine);
    expect([...mine]).toEqual([1]);
    const view = forbidden(new Uint8Array(4));
    const prototype: unknown = Object.getPrototypeOf(view);
    forbidUse(view);
    expect(Object.getPrototypeOf(view)).toBe(prototype);
    forbidUse(forbidden(Object.preventExtensions(new Uint8Array(4))));
  });
});

describe('a protected buffer', () => {
  test('cannot be moved away by its user', () => {
    const buffer = new ArrayBuffer(8);
    protect(buffer);
    protect(buffer);
    const { transfer, transferToFixedLength } = buffer as unknown as Record<string, () => unknown>;
    expect(() => transfer!.call(buffer)).toThrow(/copy what lies in it \(x\.slice\(\)\)/);
    expect(() => transferToFixedLength!.call(buffer)).toThrow(TypeError);
    expect(buffer.byteLength).toBe(8);
    expect(Object.keys(buffer)).toEqual([]);
    expect(buffer.slice(0, 4).byteLength).toBe(4);
  });

  test('can be detached by the house, and the fresh one is not protected', async () => {
    const buffer = new ArrayBuffer(8);
    protect(buffer);
    const fresh = await detach(buffer);
    expect(buffer.byteLength).toBe(0);
    expect(Object.hasOwn(fresh, 'transfer')).toBe(false);
  });
});
