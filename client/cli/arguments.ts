// Arguments as they stand on a command line become values.
import { SameboxError, messageOf } from '../../src/errors';
import { closest } from '../../src/suggest';

/** How texts become values. */
export type ArgumentMode =
  /** JSON where it parses as JSON, else the text itself. */
  | 'auto'
  /** The text itself. */
  | 'string'
  /** JSON, or it is an error. */
  | 'json';

/** Arguments of a call: by position, and after them by name. */
export interface ParsedArguments {
  readonly positional: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
}

const NAMED = /^([A-Za-z_$][\w$]*)=([\s\S]*)$/;
const WHOLE = /^-?(?:0|[1-9]\d*)$/;

/** Whether one of `texts` may name its parameter: only then it needs to be known which there are. */
export function mayBeNamed(texts: readonly string[]): boolean {
  return texts.some((text) => NAMED.test(text));
}

/**
 * The arguments of a call. `name=value` names one if the method has a parameter of that name; in quotes, as in
 * `'"name=value"'`, it is a string.
 *
 * @param parameters the names of the method's parameters.
 * @throws SameboxError `INVALID_ARGUMENT` if a name stands twice or is nearly a parameter's, or a text isn't JSON that has to be.
 */
export function parseArguments(
  texts: readonly string[],
  mode: ArgumentMode = 'auto',
  parameters: ReadonlySet<string> = new Set(),
): ParsedArguments {
  const positional: unknown[] = [];
  const named: Record<string, unknown> = {};
  for (const text of texts) {
    const [, name, rest = ''] = NAMED.exec(text) ?? [];
    if (name === undefined || !parameters.has(name)) {
      checkSpelling(text, name, parameters);
      positional.push(parseArgument(text, mode));
    } else if (Object.hasOwn(named, name)) throw invalid(`${name} is given twice.`, name);
    else named[name] = parseArgument(rest, mode);
  }
  return { positional, named };
}

/**
 * One text as a value. A whole number that a JavaScript number can't hold exactly becomes a bigint.
 * @throws SameboxError `INVALID_ARGUMENT` with mode `json` for what isn't JSON.
 */
export function parseArgument(text: string, mode: ArgumentMode = 'auto'): unknown {
  if (mode === 'string') return text;
  if (WHOLE.test(text) && !Number.isSafeInteger(Number(text))) return BigInt(text);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (mode === 'auto') return text;
    throw invalid(`${text} is not JSON: ${messageOf(error)}. A string needs quotes: '"${text}"'.`, text);
  }
}

/** A name that is nearly a parameter's is a mistake, and not a text that happens to look like one. */
function checkSpelling(text: string, name: string | undefined, parameters: ReadonlySet<string>): void {
  const near = name === undefined ? undefined : closest(name, parameters);
  if (near === undefined) return;
  throw invalid(
    `There is no parameter ${name}. Did you mean ${near}=...? As a text it needs quotes: '"${text}"'.`,
    text,
  );
}

function invalid(message: string, argument: string): SameboxError {
  return new SameboxError('INVALID_ARGUMENT', message, { details: { argument } });
}
