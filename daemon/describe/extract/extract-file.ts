// Signatures and documentation of one file, keyed by the text of its functions.
import { stripTypes } from '../../config/strip-types';
import { functionKey, type Signature, type SignatureData } from '../signature-index';
import { docCommentBefore } from './doc-comment';
import { namedThings } from './functions';
import { signatureOf } from './signature-of';
import { parseCode, type Syntax } from './syntax';

/** A file in the forms that extraction needs. */
export interface FileTexts {
  /** As it was written. */
  readonly source: string;
  /** With its types blanked: as long as `source`, or the same. */
  readonly code: string;
  /** `code`, parsed. */
  readonly syntax: Syntax;
}

/**
 * The signatures of a file.
 * @param loadedText the text that will really be loaded for a range of `code`, if it differs.
 */
export function extractSignatures(
  { source, code, syntax }: FileTexts,
  loadedText: (start: number, end: number) => string = (start, end) => code.slice(start, end),
): SignatureData {
  const { docComments } = syntax;
  const things = namedThings(syntax.program);
  const functions: Record<string, Signature[]> = {};
  for (const found of things.functions) {
    const key = functionKey(loadedText(found.start, found.end));
    (functions[key] ??= []).push(signatureOf(found, { source, code, docComments }));
  }
  const classes = Object.create(null) as Record<string, string>;
  for (const { name, declaration } of things.classes) {
    const text = docCommentBefore(declaration, name, docComments, source, code)?.text ?? '';
    if (text !== '') classes[name] ??= text;
  }
  return { functions, classes: { ...classes } };
}

/**
 * The signatures of a TypeScript or JavaScript file, as if its types were blanked where they stand.
 * @param sourceText the text of the file.
 * @param filename its name, for messages; `.ts`, `.mts` and `.cts` are TypeScript.
 * @throws SourceError (TypeScript) or SyntaxError (JavaScript) for a syntax error.
 */
export function extractFile(sourceText: string, filename: string): SignatureData {
  const typed = /\.[mc]?ts$/.test(filename);
  const { source, code } = typed
    ? (stripTypes(sourceText, filename).types ?? { source: '', code: '' })
    : { source: sourceText, code: sourceText };
  return extractSignatures({ source, code, syntax: parseCode(code, 'module') });
}

/**
 * The signatures of a TypeScript file for functions that another compiler wrote anew: those of `sourceText`, keyed by
 * the function of `compiledText` that has the same class, name and kind.
 * @throws SourceError for a syntax error.
 */
export function extractCompiled(sourceText: string, filename: string, compiledText: string): SignatureData {
  return rekeyed(extractFile(sourceText, filename), compiledText);
}

/** `known`, keyed by the functions of `compiledText` that have the same class, name and kind. */
export function rekeyed(known: SignatureData, compiledText: string): SignatureData {
  const syntax = parseCode(compiledText, 'module');
  const byName = new Map<string, Signature>();
  for (const signature of Object.values(known.functions).flat()) {
    byName.set(placeOf(signature), byName.get(placeOf(signature)) ?? signature);
  }
  const compiled = extractSignatures({ source: compiledText, code: compiledText, syntax });
  const entries = Object.entries(compiled.functions).map(([key, signatures]) => [
    key,
    signatures.map((signature) => byName.get(placeOf(signature)) ?? signature),
  ]);
  return {
    functions: Object.fromEntries(entries) as SignatureData['functions'],
    classes: { ...compiled.classes, ...known.classes },
  };
}

function placeOf({ className, name, kind }: Signature): string {
  return JSON.stringify([className, name, kind]);
}
