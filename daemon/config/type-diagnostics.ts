// What a TypeScript compiler prints, read line by line.
import { resolve } from 'node:path';

/** A type error in a person's source. A warning only: it never stops a config. */
export interface TypeWarning {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
  /** Such as `TS2322`. */
  readonly code: string;
}

/**
 * The errors in what `tsc --pretty false` printed, of the files that `isOwn` says are the person's.
 * @param folder where it ran: paths are relative to it.
 */
export function parseDiagnostics(
  output: string,
  folder: string,
  isOwn: (file: string) => boolean,
): TypeWarning[] {
  const warnings: TypeWarning[] = [];
  let last: TypeWarning | undefined;
  for (const line of output.split(/\r?\n/)) {
    const [, file, at, column, code, message] =
      /^(\S.*?)\((\d+),(\d+)\): error (TS\d+): (.*)$/.exec(line) ?? [];
    if (file !== undefined && code !== undefined && message !== undefined) {
      last = { file: resolve(folder, file), line: Number(at), column: Number(column), message, code };
      warnings.push(last);
    } else if (last !== undefined && /^\s+\S/.test(line)) {
      last = { ...last, message: `${last.message}\n${line}` };
      warnings[warnings.length - 1] = last;
    } else {
      last = undefined;
    }
  }
  return warnings.filter((warning) => isOwn(warning.file) && !isOfNodeTypes(warning));
}

/** Whether the compiler refused its settings: then it hasn't looked at the files. */
export function refusedSettings(output: string): boolean {
  return /^(?:\S.*\.json\(\d+,\d+\): )?error TS\d+: /m.test(output);
}

const NODE_GLOBALS =
  /'(?:process|Buffer|console|setTimeout|setInterval|setImmediate|clearTimeout|clearInterval|clearImmediate|queueMicrotask|__dirname|__filename|require|module|exports|global|URL|URLSearchParams|AbortController|AbortSignal|TextEncoder|TextDecoder|performance|structuredClone|fetch|NodeJS|dirname|filename)'/;

/** Whether it says no more than that Node's types are not installed. */
function isOfNodeTypes({ code, message }: TypeWarning): boolean {
  if (code === 'TS2580' || code === 'TS2591') return true;
  if (code === 'TS2307' || code === 'TS2882')
    return (
      /'node:[\w/]+'/.test(message) ||
      /'(?:fs|path|os|events|util|net|url|child_process|crypto|stream)(?:\/promises)?'/.test(message)
    );
  if (code === 'TS2688') return true;
  return (
    /^TS(?:2304|2503|2584|2339|2552)$/.test(code) &&
    NODE_GLOBALS.test(message) &&
    /Cannot find|ImportMeta/.test(message)
  );
}
