// An n-dimensional array as people read it, the way numpy prints one.
import { Complex } from './complex';
import type { DType, TypedArray } from './dtypes';
import { readElement, type Element } from './elements';
import { sizeOf } from './shape';

/** Up to so many elements all are shown; of more, `EDGE` at either end of each dimension. */
const ALL = 250;
const EDGE = 3;
/** Columns of a line, which a long row is broken to. */
const WIDTH = 100;
const GAP = '...';
/** So that the elements stand apart from what the array is in. */
const INDENT = '  ';

/** What the text needs of an `NdArray`. */
export interface Shown {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** `NdArray uint16 [1024, 1024]`. */
export function ndArrayHeading({ dtype, shape }: Pick<Shown, 'dtype' | 'shape'>): string {
  return `NdArray ${dtype} [${shape.join(', ')}]`;
}

/**
 * The heading, then the elements in brackets, a pair for each dimension, in aligned columns. Floats have as many digits as
 * numpy gives them.
 */
export function ndArrayText(array: Shown): string {
  const { shape, dtype, data } = array;
  const heading = ndArrayHeading(array);
  const size = sizeOf(shape);
  if (size === 0) return `${heading}\n${INDENT}[]`;
  const write = elementText(dtype);
  const text = (offset: number): string => write(readElement(data, dtype, offset));
  if (shape.length === 0) return `${heading}\n${INDENT}${text(0)}`;
  const places = shape.map((extent) => placesOf(extent, size > ALL));
  const offsets = shownOffsets(shape, places);
  const column = alignment(offsets.map(text));
  const body = block(shape, places, 0, 0, (offset) => column(text(offset)));
  return `${heading}\n${body}`.replace(/\n(?!\n)/g, `\n${INDENT}`);
}

/** The indices of a dimension that are shown, and `undefined` for those that are left out. */
function placesOf(extent: number, shorten: boolean): (number | undefined)[] {
  const all = shorten && extent > 2 * EDGE ? EDGE : extent;
  const first = Array.from({ length: all }, (_, index) => index);
  return all === extent ? first : [...first, undefined, ...first.map((index) => extent - EDGE + index)];
}

function shownOffsets(
  shape: readonly number[],
  places: readonly (readonly (number | undefined)[])[],
): number[] {
  let offsets = [0];
  places.forEach((ones, dimension) => {
    const indices = ones.filter((index) => index !== undefined);
    const extent = shape[dimension] as number;
    offsets = offsets.flatMap((offset) => indices.map((index) => offset * extent + index));
  });
  return offsets;
}

function block(
  shape: readonly number[],
  places: readonly (readonly (number | undefined)[])[],
  dimension: number,
  offset: number,
  cell: (offset: number) => string,
): string {
  const extent = shape[dimension] as number;
  const last = dimension === shape.length - 1;
  const parts = (places[dimension] ?? []).map((index) => {
    if (index === undefined) return GAP;
    const at = offset * extent + index;
    return last ? cell(at) : block(shape, places, dimension + 1, at, cell);
  });
  const indent = ' '.repeat(dimension + 1);
  if (last) return `[${brokenLine(parts, indent)}]`;
  // A blank line between matrices, two between stacks of them.
  return `[${parts.join(`,${'\n'.repeat(shape.length - 1 - dimension)}${indent}`)}]`;
}

function brokenLine(cells: readonly string[], indent: string): string {
  const lines: string[] = [];
  let line = '';
  cells.forEach((cell, index) => {
    const next = index === cells.length - 1 ? cell : `${cell}, `;
    if (line !== '' && indent.length + line.length + next.trimEnd().length > WIDTH) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += next;
  });
  return [...lines, line].join(`\n${indent}`);
}

/** Pads every text so that the points stand below each other; with exponents among them, the ends. */
function alignment(texts: readonly string[]): (text: string) => string {
  const point = (text: string): number => (text.includes('.') ? text.indexOf('.') : text.length);
  if (texts.some((text) => /[ei]/.test(text) && text !== 'Infinity' && text !== '-Infinity')) {
    const width = Math.max(...texts.map((text) => text.length));
    return (text) => text.padStart(width);
  }
  const before = Math.max(...texts.map(point));
  const after = Math.max(...texts.map((text) => text.length - point(text)));
  return (text) => {
    const padded = ' '.repeat(before - point(text)) + text;
    return padded.padEnd(before + after);
  };
}

/** Significant digits that say all of a float that people read. */
const DIGITS: Partial<Record<DType, number>> = {
  float16: 4,
  float32: 7,
  float64: 8,
  complex64: 7,
  complex128: 8,
};

function elementText(dtype: DType): (element: Element) => string {
  const digits = DIGITS[dtype] ?? 0;
  const number = (value: number): string => {
    if (digits === 0 || !Number.isFinite(value)) return String(value);
    return Object.is(value, -0) ? '-0' : String(Number(value.toPrecision(digits)));
  };
  return (element) => {
    if (typeof element === 'bigint') return String(element);
    if (typeof element === 'number') return number(element);
    const { re, im } = element;
    return new Complex(Number(number(re)), Number(number(im))).toString();
  };
}
