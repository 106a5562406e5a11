// What of an object can be called, read, set or followed: what dispatch looks calls up in.
import type { MemberDescription } from '../../src/description';
import { DEFAULT_EXPOSURE, type Exposure } from '../box/exposure';
import { describeMember } from './describe-member';
import { exposedProperties, type ExposedProperty } from './exposed-properties';
import { signatureOf, isHidden, givesStream } from './member-signature';
import type { SignatureIndex } from './signature-index';

/** One thing of a target that can be called, read, set or followed. */
export interface Member {
  readonly name: string;
  /** `stream`: it gives an async iterable, as far as its declaration tells. Any method may turn out to. */
  readonly kind: MemberDescription['kind'];
  /** Whether it is reached by reading and setting, not by calling: a property, or a stream that is one. */
  readonly accessor: boolean;
  /** Whether it can be read; false for methods. */
  readonly readable: boolean;
  /** Whether it can be set; false for methods. */
  readonly settable: boolean;
  /** Its own default deadline in milliseconds, if it has one. */
  readonly timeout: number | undefined;
  readonly idempotent: boolean;
  /** Whether its stream holds the target's place to the end. */
  readonly exclusive: boolean;
  /**
   * The names of a method's parameters, in order: `...name` for one that takes the rest, the pattern's text for a
   * destructured one. Found out at the first call, then kept.
   */
  parameters(): readonly string[];
  /** All that is known of it. Never throws: what can't be found out is left out. */
  describe(): MemberDescription;
}

/**
 * The members of `instance` by name, in the order of the source, most derived class first.
 *
 * Calls nothing of `instance`. An override, or a property that hides an inherited one, counts as JavaScript counts it:
 * a getter without a setter over an inherited pair can't be set.
 */
export function exposedMembers(
  instance: object,
  signatures: SignatureIndex,
  exposure: Exposure = DEFAULT_EXPOSURE,
): Map<string, Member> {
  const members = new Map<string, Member>();
  for (const [name, property] of exposedProperties(instance)) {
    if (exposure.hide.has(name) || (exposure.only !== undefined && !exposure.only.has(name))) continue;
    if (isHidden(property, signatures)) continue;
    members.set(name, new ExposedMember(property, signatures, exposure));
  }
  return members;
}

class ExposedMember implements Member {
  readonly name: string;
  readonly kind: Member['kind'];
  readonly accessor: boolean;
  readonly readable: boolean;
  readonly settable: boolean;
  readonly timeout: number | undefined;
  readonly idempotent: boolean;
  readonly exclusive: boolean;
  #parameters: readonly string[] | undefined;

  constructor(
    private readonly property: ExposedProperty,
    private readonly signatures: SignatureIndex,
    exposure: Exposure,
  ) {
    const { name, method, get, set } = property;
    this.name = name;
    this.accessor = method === undefined;
    this.kind = givesStream(property, signatures) ? 'stream' : this.accessor ? 'property' : 'method';
    this.readable = get !== undefined;
    this.settable = set !== undefined;
    this.timeout = exposure.timeouts.get(name);
    this.idempotent = exposure.idempotent.has(name);
    this.exclusive = exposure.exclusive.has(name);
  }

  parameters(): readonly string[] {
    this.#parameters ??= this.accessor
      ? []
      : signatureOf(this.property, this.signatures).parameters.map(({ name, rest }) =>
          rest ? `...${name}` : name,
        );
    return this.#parameters;
  }

  describe(): MemberDescription {
    return describeMember(this, signatureOf(this.property, this.signatures));
  }
}
