// What a daemon has declared of its methods.
import { Declarations } from '../../client/declarations';

const declared = new Declarations({
  'pm.read': { timeout: 500 },
  'rack.left.pm.read': { idempotent: true },
});

test('a declaration is found by target and method, also where the target has dots in its name', () => {
  expect(declared.of('pm', 'read')).toEqual({ timeout: 500 });
  expect(declared.of('rack.left.pm', 'read')).toEqual({ idempotent: true });
});

test('what was not declared has none', () => {
  expect(declared.of('pm', 'write')).toBeUndefined();
  expect(declared.of('stage', 'read')).toBeUndefined();
  expect(declared.of('rack.left', 'read')).toBeUndefined();
  expect(declared.of('', '')).toBeUndefined();
});
