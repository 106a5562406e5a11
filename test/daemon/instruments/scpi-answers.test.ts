import fc from 'fast-check';
import { parseError, parseIdentity, ScpiError } from '../../../daemon/instruments/scpi-answers';

test('an identity is read field by field', () => {
  expect(parseIdentity('Thorlabs,PM100D,P0012345,2.4.0, beta\r')).toMatchObject({
    manufacturer: 'Thorlabs',
    model: 'PM100D',
    serial: 'P0012345',
    firmware: '2.4.0,beta',
  });
});

test('an identity of fewer fields leaves the others empty', () => {
  expect(parseIdentity('Homemade')).toEqual({
    manufacturer: 'Homemade',
    model: '',
    serial: '',
    firmware: '',
    raw: 'Homemade',
  });
});

test.each([
  ['0,"No error"', { code: 0, text: 'No error' }],
  ['+0,"No error"', { code: 0, text: 'No error' }],
  ['-113,"Undefined header; FOO"', { code: -113, text: 'Undefined header; FOO' }],
  [' 42 , out of paper ', { code: 42, text: 'out of paper' }],
  ['0', { code: 0, text: '' }],
  ['1.5e-3', undefined],
  ['', undefined],
])('an error entry %j reads %j', (answer, entry) => {
  expect(parseError(answer)).toEqual(entry);
});

test('whatever an instrument answers, reading it as an error entry gives an entry or nothing', () => {
  fc.assert(
    fc.property(fc.string(), (answer) => {
      const entry = parseError(answer);
      expect(entry === undefined || Number.isFinite(entry.code)).toBe(true);
    }),
  );
});

test('an error names the command and everything that stood in the queue', () => {
  const error = new ScpiError('RANG 9', [
    { code: -222, text: 'Data out of range' },
    { code: -350, text: 'Queue overflow' },
  ]);
  expect(error.code).toBe(-222);
  expect(error.message).toBe('the instrument refused "RANG 9": -222 Data out of range; -350 Queue overflow');
});
