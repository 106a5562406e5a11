// A member as people and programs are told of it.
import type { MemberDescription, ParameterDescription } from '../../src/description';
import type { MemberSignature } from './member-signature';
import type { Member } from './members';

/** The description of `member`, of which `known` is known. */
export function describeMember(member: Member, known: MemberSignature): MemberDescription {
  const { name, kind, accessor, readable, settable, timeout, idempotent } = member;
  return {
    name,
    kind,
    signature: accessor ? typed(name, known.type) : methodSignature(name, known),
    parameters: known.parameters,
    ...(known.type !== undefined && { type: known.type }),
    ...(accessor && { readable, settable }),
    ...(known.documentation !== undefined && { documentation: known.documentation }),
    ...(timeout !== undefined && { timeout }),
    ...(idempotent && { idempotent }),
  };
}

/** A method as a person writes it: `readVoltage(samples: number = 1): Promise<number>`. */
function methodSignature(name: string, { parameters, type }: MemberSignature): string {
  return typed(`${name}(${parameters.map(parameterText).join(', ')})`, type);
}

function parameterText(parameter: ParameterDescription): string {
  const { name, type, optional, rest } = parameter;
  const mark = optional && parameter.default === undefined && !rest ? '?' : '';
  const value = parameter.default === undefined ? '' : ` = ${parameter.default}`;
  return `${rest ? '...' : ''}${typed(`${name}${mark}`, type)}${value}`;
}

function typed(text: string, type: string | undefined): string {
  return type === undefined ? text : `${text}: ${type}`;
}
