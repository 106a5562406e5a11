// Times and sizes as people read them.

/** `0.8 s`, `42 s`, `3 min 12 s`, `2 h 5 min`, `4 d 3 h`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return two(whole, 60, 'min', 1, 's');
  if (whole < 86_400) return two(whole, 3600, 'h', 60, 'min');
  return two(whole, 86_400, 'd', 3600, 'h');
}

/** `512 B`, `1.5 KiB`, `92.1 MiB`. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** Milliseconds to a tenth, or to the microsecond where they are few. */
export function shortMs(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;
}

function two(whole: number, large: number, name: string, small: number, smallName: string): string {
  const rest = Math.floor((whole % large) / small);
  return `${Math.floor(whole / large)} ${name}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}
