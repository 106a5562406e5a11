// Numbers of 16 bits (IEEE 754 binary16) and their bits, for engines without Float16Array.

/** The number that 16 bits stand for, as RFC 8949 appendix D has it. */
export function halfToNumber(half: number): number {
  const exponent = (half >> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  const magnitude =
    exponent === 0
      ? mantissa * 2 ** -24
      : exponent === 31
        ? mantissa === 0
          ? Infinity
          : NaN
        : (mantissa + 1024) * 2 ** (exponent - 25);
  return half & 0x8000 ? -magnitude : magnitude;
}

/** The 16 bits nearest to `value`, ties to even, as Float16Array rounds. From 65520 on that is infinity. */
export function numberToHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  // A carry out of the mantissa goes into the exponent, which is the next number.
  if (magnitude < 2 ** -14) return sign | roundToEven(magnitude * 2 ** 24);
  const exponent = exponentOf(magnitude);
  return sign + ((exponent + 14) << 10) + roundToEven(magnitude * 2 ** (10 - exponent));
}

function exponentOf(magnitude: number): number {
  const near = Math.floor(Math.log2(magnitude));
  // The logarithm is rounded: just below a power of two it can be that power's.
  return 2 ** near > magnitude ? near - 1 : near;
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
