// Values as people read them: `util.inspect` with a summary in place of large arrays.
import { inspect, type InspectOptions } from 'node:util';
import { Complex } from '../../src/values/complex';
import { NdArray } from '../../src/values/nd-array';
import { arraySummary, isNumberArray } from './array-summary';

/** How a value is shown. */
export interface ValueStyle {
  readonly colours: boolean;
  /** Columns; `Infinity` where nothing limits them. */
  readonly width: number;
  /** A text on its own stands without quotes. Default true. */
  readonly bareText?: boolean;
}

const DEPTH = 8;
const WIDEST = 120;

/** `value` for people. */
export function showValue(value: unknown, { colours, width, bareText = true }: ValueStyle): string {
  if (typeof value === 'string' && bareText) return value;
  const options: InspectOptions = {
    colors: colours,
    depth: DEPTH,
    breakLength: Math.min(width, WIDEST),
    maxArrayLength: 100,
    maxStringLength: 10_000,
    numericSeparator: false,
  };
  return inspect(readable(value, DEPTH), options);
}

/** `value` with objects in it that know how to show themselves in place of arrays and complex numbers. */
function readable(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if (NdArray.is(value) || isNumberArray(value)) return { [inspect.custom]: showArray(value) };
  if (Complex.is(value)) return { [inspect.custom]: showComplex(value) };
  if (Array.isArray(value)) return value.map((one) => readable(one, depth - 1));
  if (value instanceof Map) {
    return new Map([...value].map(([key, one]) => [readable(key, depth - 1), readable(one, depth - 1)]));
  }
  if (value instanceof Set) return new Set([...value].map((one) => readable(one, depth - 1)));
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, readable(one, depth - 1)]));
}

type Stylize = (text: string, style: string) => string;

function showArray(value: Parameters<typeof arraySummary>[0]) {
  return (_depth: number, { stylize }: { stylize: Stylize }): string => {
    const { heading, facts, values } = arraySummary(value);
    const lines = [`${stylize(heading, 'special')} ${facts}`];
    if (values !== '') lines.push(`  ${stylize(values, 'number')}`);
    return lines.join('\n');
  };
}

function showComplex(value: Complex) {
  return (_depth: number, { stylize }: { stylize: Stylize }): string => stylize(value.toString(), 'number');
}
