// All that is known of a target's object: what `describe` answers.
import type { MemberDescription } from '../../src/description';
import { closest } from '../../src/suggest';
import type { Exposure } from '../box/exposure';
import { classNames } from './exposed-properties';
import type { Member } from './members';
import type { SignatureIndex } from './signature-index';

/** What `describe` can say of an object. */
export interface ObjectDescription {
  /** The name of its class; absent for a plain object. */
  readonly type?: string;
  /** The doc comment of its class. */
  readonly documentation?: string;
  /** The first sentence of it. */
  readonly summary?: string;
  readonly members: readonly MemberDescription[];
}

/** Describes `instance`, of which `members` are exposed. Never throws, and calls nothing of `instance`. */
export function describeTarget(
  instance: object,
  members: ReadonlyMap<string, Member>,
  signatures: SignatureIndex,
): ObjectDescription {
  const about = describeObject(instance, signatures);
  return { ...about, members: [...members.values()].map((member) => member.describe()) };
}

/** The class of `instance` and its documentation: cheap, for lists of targets. */
export function describeObject(
  instance: object,
  signatures: SignatureIndex,
): Omit<ObjectDescription, 'members'> {
  const names = classNames(instance);
  const type = names[0];
  const documentation = type === undefined ? undefined : signatures.documentationOf(type);
  return {
    ...(type !== undefined && { type }),
    ...(documentation !== undefined && { documentation, summary: firstSentence(documentation) }),
  };
}

/**
 * Warnings for names in the options of `expose` that the object doesn't have: sentences, with a suggestion each.
 * @param properties every public name of the object, also those that `hide` and `only` leave out.
 */
export function unknownNames(target: string, properties: Iterable<string>, exposure: Exposure): string[] {
  const known = new Set(properties);
  const options: [string, Iterable<string>][] = [
    ['idempotent', exposure.idempotent],
    ['timeouts', exposure.timeouts.keys()],
    ['exclusive', exposure.exclusive],
    ['only', exposure.only ?? []],
    ['hide', exposure.hide],
  ];
  return options.flatMap(([option, names]) => notAmong(known, target, option, names));
}

/**
 * A rule for a member that isn't there guards nothing, though somebody means it to: the target doesn't open.
 * @throws TypeError
 */
export function requireGuarded(target: string, properties: Iterable<string>, exposure: Exposure): void {
  const [wrong] = notAmong(new Set(properties), target, 'allowMethods', exposure.allowMethods.keys());
  if (wrong !== undefined) throw new TypeError(wrong);
}

function notAmong(
  known: ReadonlySet<string>,
  target: string,
  option: string,
  names: Iterable<string>,
): string[] {
  return [...names]
    .filter((name) => !known.has(name))
    .map((name) => {
      const near = closest(name, known);
      const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
      return `Target "${target}": ${option} names "${name}", which the object doesn't have.${hint}`;
    });
}

/** The text up to the first full stop that ends a sentence, or the first empty line or tag, on one line. */
export function firstSentence(documentation: string): string {
  const paragraph = documentation.split(/\n\s*\n|^\s*@/m, 1)[0] ?? '';
  const line = paragraph.replace(/\s+/g, ' ').trim();
  return /^.*?[.!?](?=\s+[^\sa-z]|$)/.exec(line)?.[0] ?? line;
}
