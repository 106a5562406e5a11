// A JSON file as a module: its value as the default export, and its own keys by name.
import { parseExpressionAt } from 'acorn';
import { SourceError } from './source-error';

const RESERVED = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return ' +
    'static super switch this throw true try typeof var void while with yield await arguments eval'
  ).split(' '),
);

/**
 * The module that stands for a JSON file.
 * @throws SourceError if it isn't JSON, with the place.
 */
export function jsonModule(text: string, path: string): string {
  const json = text.replace(/^\ufeff/, '');
  const value = parse(json, path);
  const keys = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  const names = keys.filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && !RESERVED.has(key) && key !== '$json');
  const named = names.length === 0 ? '' : `export const { ${names.join(', ')} } = $json;\n`;
  return `const $json = JSON.parse(${JSON.stringify(json)});\nexport default $json;\n${named}`;
}

function parse(json: string, path: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    const message = (error as SyntaxError).message.replace(/, (?:\.\.\. ?)?".*$/s, '');
    throw SourceError.at(`This is not JSON: ${message}.`, path, json, faultPosition(json, message));
  }
}

/** Where JSON is wrong: not every version of Node says it. */
function faultPosition(json: string, message: string): number {
  const stated = /at position (\d+)/.exec(message)?.[1];
  if (stated !== undefined) return Number(stated);
  try {
    parseExpressionAt(`(${json}\n)`, 0, { ecmaVersion: 'latest' });
    return json.trimEnd().length;
  } catch (error) {
    return Math.min((error as { pos: number }).pos - 1, json.length);
  }
}
