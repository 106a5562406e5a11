import { mayBeNamed, parseArgument, parseArguments } from '../../../client/cli/arguments';
import { pairs } from '../../../client/cli/commands/set';
import { SameboxError } from '../../../src/errors';

describe('arguments of the command line', () => {
  test.each([
    ['20', 20],
    ['-1.5', -1.5],
    ['true', true],
    ['null', null],
    ['[1, 2]', [1, 2]],
    ['{"range":3}', { range: 3 }],
    ['"20"', '20'],
  ])('%s is JSON and arrives as such', (text, value) => {
    expect(parseArgument(text)).toEqual(value);
  });

  test.each(['*IDN?', 'hello world', '', '{range:3}', '007', '1e', 'NaN'])(
    '%p is no JSON and stays a string',
    (text) => {
      expect(parseArgument(text)).toBe(text);
    },
  );

  test('a whole number that a double cannot hold becomes a bigint instead of another number', () => {
    expect(parseArgument('9007199254740993')).toBe(9007199254740993n);
    expect(parseArgument('9007199254740991')).toBe(9007199254740991);
  });

  test('--string takes the text as it is', () => {
    expect(parseArguments(['20', 'null'], 'string').positional).toEqual(['20', 'null']);
  });

  test('--json-args refuses what is not JSON and says how to write a string', () => {
    expect(() => parseArgument('abc', 'json')).toThrow(/abc is not JSON.*'"abc"'/);
    try {
      parseArgument('abc', 'json');
    } catch (error) {
      expect(SameboxError.is(error) && error.code).toBe('INVALID_ARGUMENT');
    }
  });

  test('name=value names an argument only if the method has such a parameter', () => {
    const parameters = new Set(['samples']);
    expect(parseArguments(['samples=20'], 'auto', parameters)).toEqual({
      positional: [],
      named: { samples: 20 },
    });
    expect(parseArguments(['colour=20'], 'auto', parameters)).toEqual({
      positional: ['colour=20'],
      named: {},
    });
    expect(parseArguments(['1', 'samples=[1,2]'], 'auto', parameters)).toEqual({
      positional: [1],
      named: { samples: [1, 2] },
    });
  });

  test('in quotes a string that looks like a named argument is one', () => {
    expect(parseArguments(['"samples=20"'], 'auto', new Set(['samples'])).positional).toEqual(['samples=20']);
  });

  test('a name that stands twice is an error', () => {
    expect(() => parseArguments(['a=1', 'a=2'], 'auto', new Set(['a']))).toThrow('a is given twice');
  });

  test('the daemon is asked for parameters only if an argument looks named', () => {
    expect(mayBeNamed(['20', '{"a":"b=c"}', '=', '1=2'])).toBe(false);
    expect(mayBeNamed(['20', 'samples='])).toBe(true);
  });

  test('properties to be set come in pairs, each once', () => {
    expect(pairs(['exposure', '5', 'gain', '2'], parseArgument)).toEqual({ exposure: 5, gain: 2 });
    expect(() => pairs(['exposure', '5', 'gain'], parseArgument)).toThrow('gain has no value');
    expect(() => pairs(['gain', '5', 'gain', '2'], parseArgument)).toThrow('gain is set twice');
  });
});

test('a name that is nearly a parameter is a mistake, one that is not is a text', () => {
  const parameters = new Set(['samples']);
  expect(() => parseArguments(['sampels=20'], 'auto', parameters)).toThrow(/Did you mean samples=/);
  expect(parseArguments(['colour=red'], 'auto', parameters).positional).toEqual(['colour=red']);
});
