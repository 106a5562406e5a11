// Doing what a call asks of an object: call a method, read a property, set properties.
import { SameboxError } from '../../src/errors';
import { FLAG } from '../../src/frames/heads';
import type { IncomingCall } from '../../src/peer/incoming-call';
import { didYouMean } from '../../src/suggest';
import { bindArguments } from '../describe/bind-arguments';
import type { Member } from '../describe/members';

type Members = ReadonlyMap<string, Member>;

/** An object that is open, and what of it may be called. */
export interface OpenObject {
  readonly object: object;
  readonly members: Members;
}

/** What a call will do, once it is known that it can. */
export type Action = () => unknown;

/**
 * What `call` asks for, checked: nothing of the object has run yet.
 * @throws SameboxError `NO_METHOD`, `INVALID_ARGUMENT`, both with `ran: 'no'`.
 */
export function actionOf(call: IncomingCall, { object, members }: OpenObject): Action {
  switch (call.operation) {
    case 'call':
      return methodAction(call, object, members);
    case 'get': {
      const member = memberOf(call.target, call.member, members);
      if (!member.readable)
        throw noMethod(call, member.accessor ? 'can only be set' : 'is a method: call it');
      return (): unknown => Reflect.get(object, member.name);
    }
    case 'set':
      return setAction(call, object, members);
  }
}

/** The member that the call is about; a set is about several. */
export function memberOf(target: string, name: string, members: Members): Member {
  const member = members.get(name);
  if (member !== undefined) return member;
  throw new SameboxError(
    'NO_METHOD',
    `${target} has no method or property "${name}".${didYouMean(name, members.keys())} See \`samebox methods ${target}\`.`,
    { details: { target, member: name } },
  );
}

function methodAction(call: IncomingCall, object: object, members: Members): Action {
  const member = memberOf(call.target, call.member, members);
  if (member.accessor) throw noMethod(call, 'is a property: read it without calling it');
  let { args } = call;
  if ((call.flags & FLAG.named) !== 0) {
    const named = args[args.length - 1];
    if (!isNamed(named)) throw new SameboxError('PROTOCOL', 'named arguments must be a map', { ran: 'no' });
    args = bindArguments(`${call.target}.${call.member}`, member.parameters(), args.slice(0, -1), named);
  }
  const method = Reflect.get(object, member.name) as (...args: unknown[]) => unknown;
  if (args.length > method.length) checkCount(call, args.length, member.parameters());
  return () => method.apply(object, args as unknown[]);
}

/** JavaScript would drop what is too much without a word. */
function checkCount(call: IncomingCall, count: number, parameters: readonly string[]): void {
  if (count <= parameters.length || parameters.at(-1)?.startsWith('...') === true) return;
  const takes =
    parameters.length === 0 ? 'no arguments' : `at most ${parameters.length} (${parameters.join(', ')})`;
  throw new SameboxError(
    'INVALID_ARGUMENT',
    `${call.target}.${call.member} takes ${takes}, but was given ${count}. Options of a call go to target(name, options) or call(..., options).`,
    { ran: 'no', details: { target: call.target, member: call.member, parameters: [...parameters] } },
  );
}

/**
 * The properties that a set is about, by name, with their values.
 * @throws SameboxError `INVALID_ARGUMENT`, `ran: 'no'`.
 */
export function propertiesOf(call: IncomingCall): [string, unknown][] {
  const [values] = call.args;
  if (!isNamed(values)) {
    throw new SameboxError('INVALID_ARGUMENT', 'set takes one object of properties: { range: 3 }', {
      ran: 'no',
    });
  }
  if (!(values instanceof Map)) return Object.entries(values);
  return [...values].map(([name, value]) => [String(name), value]);
}

function setAction(call: IncomingCall, object: object, members: Members): Action {
  const entries = propertiesOf(call);
  for (const [name] of entries) {
    const member = memberOf(call.target, name, members);
    if (!member.settable) throw noMethod(call, `: "${member.name}" can't be set`);
  }
  return () => {
    for (const [name, value] of entries) Reflect.set(object, name, value, object);
  };
}

function isNamed(value: unknown): value is Map<string, unknown> | Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function noMethod({ target, member }: IncomingCall, why: string): SameboxError {
  const name = member === '' ? target : `${target}.${member}`;
  return new SameboxError('NO_METHOD', `${name}${why.startsWith(':') ? '' : ' '}${why}.`, {
    details: { target, member },
  });
}
