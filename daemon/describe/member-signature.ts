// What is known of a member: from the sources if they were extracted, else from the function's own text.
import { types } from 'node:util';
import type { ParameterDescription } from '../../src/description';
import type { ExposedProperty } from './exposed-properties';
import { parametersOf } from './function-parameters';
import type { Signature, SignatureIndex } from './signature-index';

/** What is known of a member's parameters, type and documentation. */
export interface MemberSignature {
  readonly parameters: readonly ParameterDescription[];
  readonly type?: string;
  readonly documentation?: string;
}

const STREAM =
  /^(?:Promise(?:Like)?<\s*)?(?:AsyncIterable|AsyncIterableIterator|AsyncIterator|AsyncIteratorObject|AsyncGenerator|ReadableStream|(?:NodeJS\.|stream\.)?Readable)\b/;

/**
 * What is known of `property`. An override without a doc comment of its own has the one of what it overrides; an
 * accessor has the getter's type, else the setter's.
 */
export function signatureOf(property: ExposedProperty, signatures: SignatureIndex): MemberSignature {
  const { method } = property;
  const known = knownOf(property, signatures);
  const main = known[0];
  const type = main?.kind === 'set' ? main.parameters[0]?.type : main?.type;
  const documentation =
    known.find((one) => one.documentation !== undefined)?.documentation ??
    property.overrides
      .flatMap((over) => knownOf(over, signatures))
      .find((one) => one.documentation !== undefined)?.documentation;
  return {
    parameters: method === undefined ? [] : (main?.parameters ?? parametersOf(method)),
    ...(type !== undefined && { type }),
    ...(documentation !== undefined && { documentation }),
  };
}

/** Whether the sources say that `property` is private or protected. */
export function isHidden(property: ExposedProperty, signatures: SignatureIndex): boolean {
  return knownOf(property, signatures).some((one) => one.hidden === true);
}

/** Whether `property` gives an async iterable, as far as its declaration tells. */
export function givesStream(property: ExposedProperty, signatures: SignatureIndex): boolean {
  const { method } = property;
  if (method !== undefined && types.isGeneratorFunction(method) && types.isAsyncFunction(method)) return true;
  return knownOf(property, signatures).some((one) => one.kind !== 'set' && STREAM.test(one.type ?? ''));
}

function knownOf(property: ExposedProperty, signatures: SignatureIndex): Signature[] {
  return [property.method, property.get, property.set].flatMap((fn) =>
    fn === undefined ? [] : (signatures.of(fn, property.name, property.className) ?? []),
  );
}
