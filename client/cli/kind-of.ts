// What a value is, in words for an error.

/** `a string`, `nothing`, `an object (time, frame)`, `a Map`. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list that is no regular array of numbers';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== null && prototype !== Object.prototype) return `a ${value.constructor.name}`;
  const [keys, more] = [Object.keys(value), Object.keys(value).length > 4 ? ', ...' : ''];
  return `an object (${keys.slice(0, 4).join(', ')}${more})`;
}
