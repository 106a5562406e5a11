import { SilentConnections } from '../../../daemon/listen';

test('a new connection is never refused: over the limit the oldest silent one goes', () => {
  const silent = new SilentConnections<string>(2);
  expect(silent.admit('a')).toBeUndefined();
  expect(silent.admit('b')).toBeUndefined();
  expect(silent.admit('c')).toBe('a');
  expect(silent.admit('d')).toBe('b');
  expect(silent.size).toBe(2);
});

test('who has said hello counts no more and is never closed for others', () => {
  const silent = new SilentConnections<string>(2);
  silent.admit('a');
  silent.spoke('a');
  silent.admit('b');
  silent.admit('c');
  expect(silent.admit('d')).toBe('b');
});

test('who is gone makes room', () => {
  const silent = new SilentConnections<string>(1);
  silent.admit('a');
  silent.gone('a');
  expect(silent.admit('b')).toBeUndefined();
  expect(silent.size).toBe(1);
});

test('a limit below one would refuse everybody and is a TypeError', () => {
  expect(() => new SilentConnections(0)).toThrow(TypeError);
});
