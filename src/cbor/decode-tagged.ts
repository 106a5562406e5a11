// What stands under a tag and is no array: dates, big integers, complex numbers. Errors say what the body has.
import { Complex } from '../values/complex';
import { BIGINT_BYTES } from './encode';

export function dateOfSeconds(seconds: unknown): Date {
  if (typeof seconds !== 'number') throw new TypeError('a date that is not a number');
  // The fraction by itself: far from 1970 the product would be rounded a second time.
  const whole = Math.trunc(seconds);
  return valid(new Date(whole * 1000 + Math.round((seconds - whole) * 1000)), 'a date outside the range');
}

export function dateOfText(text: unknown): Date {
  return valid(new Date(typeof text === 'string' ? text : NaN), 'a date that cannot be read');
}

function valid(date: Date, otherwise: string): Date {
  if (Number.isNaN(date.getTime())) throw new RangeError(otherwise);
  return date;
}

export function bigInteger(bytes: unknown): bigint {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('a big integer without bytes');
  if (bytes.length > BIGINT_BYTES) throw new RangeError('a big integer over the limit');
  if (bytes.length === 0) return 0n;
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`);
}

export function complex(parts: unknown): Complex {
  if (!Array.isArray(parts)) throw new TypeError('a complex number without an array');
  const [re, im] = parts as unknown[];
  if (typeof re !== 'number' || typeof im !== 'number')
    throw new TypeError('a complex number of other parts');
  return new Complex(re, im);
}
