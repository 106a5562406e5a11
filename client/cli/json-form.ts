// The JSON form of every value that can cross, as `--json` prints it.
import { Complex } from '../../src/values/complex';
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
 * | NdArray | `{"shape": [2, 3], "dtype": "uint16", "data": [...]}`, data in C order |
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
  if (NdArray.is(value)) return { shape: value.shape, dtype: value.dtype, data: elements(value.data) };
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
  return view instanceof Float32Array || view instanceof Float64Array || typeof array[0] === 'bigint'
    ? Array.from(array, jsonForm)
    : Array.from(array);
}
