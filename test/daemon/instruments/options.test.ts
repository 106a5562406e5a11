import { resolveOptions } from '../../../daemon/instruments/options';

test('a path is all that is needed', () => {
  expect(resolveOptions({ path: 'COM3' })).toMatchObject({
    address: 'COM3',
    settings: { baudRate: 115200 },
    lines: { terminator: '\n', encoding: 'utf8', maxLine: 1_048_576 },
    terminator: '\n',
    timeout: 2000,
    lateWindow: 2000,
    sync: undefined,
  });
});

test('a terminator can differ by direction', () => {
  const both = resolveOptions({ path: 'x', terminator: '\r' });
  expect([both.lines.terminator, both.terminator]).toEqual(['\r', '\r']);
  const out = resolveOptions({ path: 'x', terminator: { out: '\r' } });
  expect([out.lines.terminator, out.terminator]).toEqual(['\n', '\r']);
});

test.each([
  ['no port', {}, 'say which port'],
  ['an empty path', { path: '' }, 'path must be'],
  ['a path that is none', { path: 3 }, 'path must be'],
  ['an empty terminator', { path: 'x', terminator: '' }, 'terminator must be'],
  ['an encoding that is none', { path: 'x', encoding: 'utf9' }, 'no encoding "utf9"'],
  ['a sync query without pattern', { path: 'x', sync: { query: 'ID?', answer: 'ID' } }, 'sync must be'],
  ['a baud rate of 0', { path: 'x', baudRate: 0 }, 'baudRate must be'],
  ['a timeout without end', { path: 'x', timeout: Infinity }, 'timeout must be'],
  ['a late window below 0', { path: 'x', lateWindow: -1 }, 'lateWindow must be'],
])('%s is refused when the instrument is made', (_, options, complaint) => {
  expect(() => resolveOptions(options as never)).toThrow(complaint);
});
