import { bytes, finding, findingOf, inWords, sentences } from '../../../daemon/doctor/finding';
import { look, once } from '../../../daemon/doctor/look';
import { SameboxError } from '../../../src/errors';

describe('what an error says becomes a finding', () => {
  test('its first sentence is the fact, and the others say what to do', () => {
    const error = new Error('There is no port /dev/ttyUSB0. Ports that exist: /dev/ttyS0. Is it 3.5 m away?');
    expect(findingOf('target', 'problem', error, 'pm: ')).toEqual({
      check: 'target',
      level: 'problem',
      says: 'pm: There is no port /dev/ttyUSB0',
      todo: 'Ports that exist: /dev/ttyS0. Is it 3.5 m away?',
    });
  });

  test('full stops within paths and numbers end no sentence', () => {
    expect(sentences('/tmp/a.b.sock has 1.5 m to go')).toEqual({
      fact: '/tmp/a.b.sock has 1.5 m to go',
      rest: '',
    });
    expect(sentences('It is gone.')).toEqual({ fact: 'It is gone', rest: '' });
    expect(sentences('Is it on? `fuser` tells')).toEqual({ fact: 'Is it on?', rest: '`fuser` tells' });
  });

  test('a message of several lines is a fact and what follows', () => {
    expect(sentences('box.ts:3:5: unexpected }\n  3 | }\n    | ^')).toEqual({
      fact: 'box.ts:3:5: unexpected }',
      rest: '3 | }\n    | ^',
    });
    expect(sentences('')).toEqual({ fact: '', rest: '' });
  });

  test('a finding with nothing to do has no field for it', () => {
    expect(finding('node', 'ok', 'x', '')).not.toHaveProperty('todo');
  });
});

test('lists are read as words, long ones cut', () => {
  expect([inWords([]), inWords(['a']), inWords(['a', 'b']), inWords(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
  expect(inWords(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
});

test('sizes are read with two or three digits', () => {
  expect([0, 512, 65536, 1.5 * 2 ** 30, 23.4 * 2 ** 30].map(bytes)).toEqual([
    '0 B',
    '512 B',
    '64 KiB',
    '1.5 GiB',
    '23.4 GiB',
  ]);
});

describe('a look', () => {
  test('that hangs is given up, and says so', async () => {
    const found = await look('serial', () => new Promise(() => undefined), 10);
    expect(found).toEqual([expect.objectContaining({ check: 'serial', level: 'warning' })]);
  });

  test('that fails is told of, and stops no other', async () => {
    const broken = (): never => {
      throw new Error('EIO');
    };
    expect(await look('cache', broken)).toEqual([
      { check: 'cache', level: 'note', says: 'This could not be looked at: EIO' },
    ]);
    const refused = async (): Promise<never> => {
      throw new SameboxError('INVALID_ARGUMENT', '"a b" can\'t name an endpoint. A name is letters.');
    };
    expect(await look('daemon', refused)).toEqual([
      {
        check: 'daemon',
        level: 'problem',
        says: '"a b" can\'t name an endpoint',
        todo: 'A name is letters.',
      },
    ]);
  });

  test('what several looks need is found out once', () => {
    let asked = 0;
    const ask = once(() => ++asked);
    expect([ask(), ask(), asked]).toEqual([1, 1, 1]);
  });
});
