// Named arguments brought to their places among a method's parameters.
import { SameboxError } from '../../src/errors';
import { closest } from '../../src/suggest';

/**
 * The arguments in the order of `parameters`: the positional ones, then the named ones at their places. What is left
 * out between is `undefined`, so that defaults apply.
 *
 * @param method what is called, for messages: `pm.readVoltage`.
 * @param parameters names as `Member.parameters()` gives them. Names that start with `...` (the rest) and destructured
 * parameters can't be named.
 * @throws SameboxError `INVALID_ARGUMENT` for a name that no parameter has, or that a positional argument already fills.
 */
export function bindArguments(
  method: string,
  parameters: readonly string[],
  positional: readonly unknown[],
  named: ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>,
): unknown[] {
  const bound = [...positional];
  const entries = named instanceof Map ? named : Object.entries(named);
  for (const [name, value] of entries as Iterable<[string, unknown]>) {
    const place = isNameable(name) ? parameters.indexOf(name) : -1;
    if (place < 0) throw unknownName(method, parameters, name);
    if (place < positional.length) {
      const message = `${method}: ${name} is given twice, by its place (${place + 1}) and by its name.`;
      throw invalid(message, method, name, parameters);
    }
    while (bound.length < place) bound.push(undefined);
    bound[place] = value;
  }
  return bound;
}

/** Whether an argument can be given under this name: it isn't the rest, and not a destructured parameter. */
export function isNameable(parameter: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(parameter);
}

function unknownName(method: string, parameters: readonly string[], name: string): SameboxError {
  if (parameters.includes(`...${name}`)) {
    const message = `${method}: ${name} takes the remaining arguments: give them by place, not by name.`;
    return invalid(message, method, name, parameters);
  }
  const nameable = parameters.filter(isNameable);
  const near = closest(name, nameable);
  const next =
    near !== undefined
      ? `Did you mean "${near}"?`
      : nameable.length > 0
        ? `It has ${nameable.join(', ')}.`
        : parameters.length > 0
          ? 'Its arguments are given by place only.'
          : 'It takes no arguments.';
  return invalid(`${method} has no parameter "${name}". ${next}`, method, name, parameters);
}

function invalid(message: string, method: string, name: string, parameters: readonly string[]): SameboxError {
  return new SameboxError('INVALID_ARGUMENT', message, {
    ran: 'no',
    details: { method, argument: name, parameters: [...parameters] },
  });
}
