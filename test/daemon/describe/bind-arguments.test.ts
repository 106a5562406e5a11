// Named arguments find the places of their parameters.
import fc from 'fast-check';
import { bindArguments } from '../../../daemon/describe/bind-arguments';

const bind = (parameters: string[], positional: unknown[], named: Record<string, unknown>): unknown[] =>
  bindArguments('pm.read', parameters, positional, named);

test('named arguments stand at the places of their parameters, and what is left out is undefined', () => {
  expect(bind(['a', 'b', 'c'], [], { c: 3, a: 1 })).toEqual([1, undefined, 3]);
  expect(bind(['a', 'b', 'c'], [1], { b: 2 })).toEqual([1, 2]);
  expect(bind([], [1, 2], {})).toEqual([1, 2]);
  expect(bindArguments('m', ['a'], [], new Map([['a', 0]]))).toEqual([0]);
});

test('defaults apply to what is left out', () => {
  const read = (samples = 1, unit = 'V'): string => `${samples}${unit}`;
  expect(read(...(bind(['samples', 'unit'], [], { unit: 'A' }) as [number, string]))).toBe('1A');
});

test.each<[string, string[], unknown[], Record<string, unknown>, string]>([
  [
    'misspelt',
    ['samples', 'unit'],
    [],
    { sample: 1 },
    'pm.read has no parameter "sample". Did you mean "samples"?',
  ],
  ['unknown', ['samples', 'unit'], [], { zzz: 1 }, 'pm.read has no parameter "zzz". It has samples, unit.'],
  ['of a method without any', [], [], { a: 1 }, 'pm.read has no parameter "a". It takes no arguments.'],
  [
    'given by place too',
    ['a', 'b'],
    [1, 2],
    { b: 3 },
    'pm.read: b is given twice, by its place (2) and by its name.',
  ],
  [
    'of the rest',
    ['a', '...more'],
    [],
    { more: 3 },
    'pm.read: more takes the remaining arguments: give them by place, not by name.',
  ],
  [
    'the rest with its dots',
    ['...more'],
    [],
    { '...more': 3 },
    'pm.read has no parameter "...more". Its arguments are given by place only.',
  ],
  [
    'destructured',
    ['{ a, b }'],
    [],
    { a: 3 },
    'pm.read has no parameter "a". Its arguments are given by place only.',
  ],
  [
    'a pattern',
    ['{ a, b }'],
    [],
    { '{ a, b }': 3 },
    'pm.read has no parameter "{ a, b }". Its arguments are given by place only.',
  ],
  ['inherited', ['a'], [], { toString: 3 }, 'pm.read has no parameter "toString". It has a.'],
])('a name that is %s is INVALID_ARGUMENT', (_, parameters, positional, named, message) => {
  let error: unknown;
  try {
    bind(parameters, positional, named);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({
    code: 'INVALID_ARGUMENT',
    ran: 'no',
    message,
    details: { method: 'pm.read' },
  });
});

test('any split into places and names binds to the same arguments', () => {
  const parameters = fc.uniqueArray(fc.stringMatching(/^[a-z_$][a-z0-9_$]{0,6}$/), { maxLength: 8 });
  fc.assert(
    fc.property(
      parameters,
      fc.nat(8),
      fc.array(fc.integer(), { minLength: 8, maxLength: 8 }),
      (all, cut, values) => {
        const places = Math.min(cut, all.length);
        const named = new Map(all.slice(places).map((name, index) => [name, values[places + index]]));
        const shuffled = new Map([...named].reverse());
        expect(bindArguments('m', all, values.slice(0, places), shuffled)).toEqual(
          values.slice(0, all.length),
        );
      },
    ),
  );
});
