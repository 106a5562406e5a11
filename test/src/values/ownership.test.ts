import { inspect } from 'node:util';
import { detach } from '../../../src/values/detach';
import { NdArray } from '../../../src/values/nd-array';
import { keep, own, ownerOf, release, type ArrayOwner } from '../../../src/values/ownership';

/** An array on loan, and what its owner was told. */
function loan(bytes = 48): { buffer: ArrayBuffer; told: string[]; end(): void } {
  const buffer = new ArrayBuffer(bytes);
  const told: string[] = [];
  const end = (): void => void detach(buffer);
  const owner: ArrayOwner = {
    keep: () => void told.push('keep'),
    release: () => {
      told.push('release');
      end();
    },
  };
  own(buffer, owner);
  expect(ownerOf(buffer)).toBe(owner);
  return { buffer, told, end };
}

const GIVEN_BACK = /on loan and has been given back, or was released: .*keep\(x\).*x\.slice\(\).*x\.copy\(\)/;

function throwsTypeError(act: () => unknown): void {
  expect(act).toThrow(TypeError);
  expect(act).toThrow(GIVEN_BACK);
}

describe('keep', () => {
  test('tells the owner, and gives the array back to the caller', () => {
    const { buffer, told } = loan();
    const array = new NdArray(new Float64Array(buffer), [2, 3]);
    expect(keep(array)).toBe(array);
    expect(keep(array.data)).toBe(array.data);
    expect(told).toEqual(['keep', 'keep']);
  });

  test('of a row or a subarray keeps the whole', () => {
    const { buffer, told } = loan();
    keep(new NdArray(new Float64Array(buffer), [2, 3]).row(1));
    keep(new Float64Array(buffer).subarray(1, 2));
    expect(told).toEqual(['keep', 'keep']);
  });

  test('does nothing to an array that nobody lent', () => {
    const mine = new Uint8Array(3);
    expect(keep(mine)).toBe(mine);
    expect(ownerOf(mine.buffer)).toBeUndefined();
  });

  test('comes too late once the loan has ended', () => {
    const { buffer, end } = loan();
    const [array, view] = [new NdArray(new Float64Array(buffer)), new Float64Array(buffer)];
    end();
    throwsTypeError(() => keep(array));
    throwsTypeError(() => keep(view));
  });

  test('of what is no array is a TypeError', () => {
    expect(() => keep({} as never)).toThrow(TypeError);
  });
});

describe('release', () => {
  test('tells the owner once, and the array is gone', () => {
    const { buffer, told } = loan();
    const array = new NdArray(new Float64Array(buffer), [2, 3]);
    release(array);
    release(array);
    array.release();
    expect(told).toEqual(['release']);
    throwsTypeError(() => array.data);
  });

  test('detaches an array without an owner just so', () => {
    const view = new Float64Array(6);
    release(view);
    release(view);
    expect(view.length).toBe(0);
    const array = new NdArray(new Uint8Array(100_000));
    array.release();
    throwsTypeError(() => array.at(0));
  });

  test('of a row or slice leaves the whole alone; the row cannot be used any more', () => {
    const { buffer, told } = loan();
    const array = new NdArray(new Float64Array(buffer), [2, 3]);
    const row = array.row(0);
    release(row);
    throwsTypeError(() => row.at(0));
    expect(array.at(0, 0)).toBe(0);
    array.slice(1).release();
    release(array.data.subarray(0, 2));
    expect(told).toEqual([]);
    expect(array.row(0).at(0)).toBe(0);
    release(array);
    expect(told).toEqual(['release']);
  });

  test('of one row that is the whole gives the whole back', () => {
    const { buffer, told } = loan();
    new NdArray(new Float64Array(buffer), [1, 6]).row(0).release();
    expect(told).toEqual(['release']);
  });

  test('of a Buffer takes nothing from the pool that it lies in', () => {
    const small = Buffer.from('abc');
    release(small);
    release(new Uint8Array(small.buffer));
    expect(small.toString()).toBe('abc');
    expect(Buffer.from('def').toString()).toBe('def');
    const large = Buffer.alloc(100_000);
    release(large);
    expect(large).toHaveLength(0);
  });

  test('comes at the end of a block with `using`', () => {
    const { buffer, told } = loan();
    {
      using array = new NdArray(new Float64Array(buffer));
      expect(array.at(0)).toBe(0);
      expect(told).toEqual([]);
    }
    expect(told).toEqual(['release']);
  });
});

describe('an array whose loan has ended', () => {
  test('throws a TypeError that names keep and copying, whatever is asked of its elements', () => {
    const { buffer, end } = loan();
    const array = new NdArray(new Float64Array(buffer), [2, 3]);
    const row = array.row(0);
    expect(array.detached).toBe(false);
    end();
    throwsTypeError(() => array.data);
    throwsTypeError(() => array.at(0, 0));
    throwsTypeError(() => array.set(1, 0, 0));
    throwsTypeError(() => array.row(0));
    throwsTypeError(() => array.slice());
    throwsTypeError(() => array.copy());
    throwsTypeError(() => String(array));
    throwsTypeError(() => row.at(0));
    expect(array.detached).toBe(true);
  });

  test('still says what it was, and can be shown', () => {
    const { buffer, end } = loan();
    const array = new NdArray(new Float64Array(buffer), [2, 3]);
    end();
    expect([array.shape, array.dtype, array.size]).toEqual([[2, 3], 'float64', 6]);
    expect(inspect(array)).toMatch(/^\[NdArray float64 \[2, 3\] that was on loan .*keep\(x\)/);
  });

  test('without elements is gone as well', () => {
    const array = new NdArray(new Float64Array(0), [0, 3]);
    array.release();
    throwsTypeError(() => array.data);
    throwsTypeError(() => String(array));
  });
});

test('the owners are known to every copy of the package', () => {
  const { buffer, told } = loan();
  jest.isolateModules(() => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const other = require('../../../src/values/ownership') as { keep: typeof keep };
    expect(other.keep).not.toBe(keep);
    other.keep(new Uint8Array(buffer));
  });
  expect(told).toEqual(['keep']);
});
