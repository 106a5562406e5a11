// The JSON form of every value that can cross, as `--json` prints it.
import { Complex } from '../../src/values/complex';
import { elementTypeOf } from '../../src/values/dtypes';
import { halfToNumber } from '../../src/values/float16';
import { NdArray } from '../../src/values/nd-array';

/**
 * `value` in JSON's terms:
 *
 * | value | JSON |
 * | --- | --- |
 * | NaN, infinities | `"NaN"`, `"Infinity"`, `"-Infinity"` |
 * | undefined | `null`; left out in objects |
 * | bigint | its digits as a string |
 * | Date | ISO 8601 string; `null` if invalid |
 * | Map | array of `[key, value]` |
 * | Set | array |
 * | Complex | `{"re": 1, "im": 2}` |
 * | typed array, bytes | array of numbers |
 * | NdArray | `{"shape": [2, 3], "dtype": "uint16", "data": [...]}`, data in C order, complex numbers as pairs |
 */
export function jsonForm(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return value.toString();
    case 'undefined':
    case 'function':
    case 'symbol':
      return null;
    case 'object':
      return value === null ? null : objectForm(value);
    default:
      return value;
  }
}

/** `value` as a line of JSON. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(jsonForm(value), undefined, indent);
}

function objectForm(value: object): unknown {
  if (Array.isArray(value)) return value.map(jsonForm);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Map) return [...value].map((pair) => pair.map(jsonForm));
  if (value instanceof Set) return [...value].map(jsonForm);
  if (Complex.is(value)) return { re: jsonForm(value.re), im: jsonForm(value.im) };
  if (NdArray.is(value)) {
    const { shape, dtype, data } = value;
    return {
      shape,
      dtype,
      data: holdsBits(value) ? Array.from(data as Uint16Array, halfForm) : elements(data),
    };
  }
  if (ArrayBuffer.isView(value)) return elements(value);
  if (value instanceof ArrayBuffer) return elements(new Uint8Array(value));
  if (value instanceof RegExp || value instanceof URL) return String(value);
  if (value instanceof Error) return { name: value.name, message: value.message };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([key, one]) => [key, jsonForm(one)]),
  );
}

function elements(view: ArrayBufferView): unknown[] {
  if (view instanceof DataView)
    return elements(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  const array = view as unknown as ArrayLike<number | bigint>;
  // Whole numbers are most: they need no look at each.
  const type = elementTypeOf(view)?.dtype ?? '';
  return type.startsWith('float') || typeof array[0] === 'bigint'
    ? Array.from(array, jsonForm)
    : Array.from(array);
}

/** Numbers of 16 bits where the engine has no array for them. */
function holdsBits({ dtype, data }: NdArray): boolean {
  return dtype === 'float16' && data instanceof Uint16Array;
}

function halfForm(bits: number): unknown {
  return jsonForm(halfToNumber(bits));
}
