// The parameters of a function of which nothing but its text is known. acorn is loaded at the first need.
import type { ParameterDescription } from '../../src/description';
import type * as ParseFunction from './parse-function';
import { functionText } from './signature-index';

/** A function whose parameters can't be known (native, bound, a proxy) takes anything. */
const ANYTHING: readonly ParameterDescription[] = [{ name: 'args', optional: true, rest: true }];

/** The names and defaults of `fn`'s parameters, from its text. Never throws. */
export function parametersOf(fn: unknown): readonly ParameterDescription[] {
  const text = functionText(fn);
  if (text === undefined) return ANYTHING;
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded at the first need
    const { parametersFromText } = require('./parse-function') as typeof ParseFunction;
    return parametersFromText(text);
  } catch {
    return ANYTHING;
  }
}
