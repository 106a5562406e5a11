import { closest, didYouMean } from '../../src/suggest';

const METHODS = ['readVoltage', 'readCurrent', 'zero', 'identity', 'range'];

test.each([
  ['readVoltge', 'readVoltage'],
  ['readvoltage', 'readVoltage'],
  ['raedVoltage', 'readVoltage'],
  ['readVolt', 'readVoltage'],
  ['rnage', 'range'],
  ['zer', 'zero'],
])('"%s" is taken for a slip of "%s"', (written, meant) => {
  expect(closest(written, METHODS)).toBe(meant);
});

test('swapped letters of a two-letter target are a slip too', () => {
  expect(closest('mp', ['cam', 'pm', 'stage'])).toBe('pm');
});

test.each(['', 'x', 'temperature', 'snap'])(
  'nothing is suggested for "%s", which is like none',
  (written) => {
    expect(closest(written, METHODS)).toBeUndefined();
  },
);

test('the right letters in the wrong case win over another name that is one slip away', () => {
  expect(closest('Range', ['ranges', 'range'])).toBe('range');
});

test('an endless name from the wire is not compared', () => {
  expect(closest('a'.repeat(1e6), ['a'.repeat(1e6 - 1)])).toBeUndefined();
});

test('a suggestion is a sentence that stands behind another, or nothing', () => {
  expect(didYouMean('Zero', METHODS)).toBe(' Did you mean "zero"?');
  expect(didYouMean('temperature', METHODS)).toBe('');
});
