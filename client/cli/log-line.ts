// A line of the daemon's log for people.
import type { Colour, Paint } from './paint';

interface LogRecord {
  readonly level?: number;
  readonly time?: number;
  readonly msg?: string;
  readonly err?: { readonly stack?: string };
}

/** `12:04:31 WARN  pm blocked ...`, with the stack of an error below. What isn't pino's JSON stays as it is. */
export function logLine(json: string, paint: Paint): string {
  let record: LogRecord;
  try {
    record = JSON.parse(json) as LogRecord;
  } catch {
    return json;
  }
  if (typeof record !== 'object' || record === null) return json;
  const { level = 30, time, msg = '', err } = record;
  const [name, colour] = levelOf(level, paint);
  const stack = err?.stack === undefined ? '' : `\n${paint.dim(indented(err.stack))}`;
  return `${paint.dim(clock(time))} ${colour(name.padEnd(5))} ${msg}${stack}`;
}

function levelOf(level: number, paint: Paint): [string, Colour] {
  if (level >= 60) return ['FATAL', paint.red];
  if (level >= 50) return ['ERROR', paint.red];
  if (level >= 40) return ['WARN', paint.yellow];
  if (level >= 30) return ['INFO', paint.green];
  return level >= 20 ? ['DEBUG', paint.cyan] : ['TRACE', paint.dim];
}

/** Local time, with the day if that isn't today. */
function clock(time = NaN): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return '--:--:--';
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  if (at.toDateString() === new Date().toDateString()) return hours;
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${hours}`;
}

function indented(text: string): string {
  return text.replace(/^/gm, '    ');
}
