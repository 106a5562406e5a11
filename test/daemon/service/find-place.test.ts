// Which installed service a command means.
import { findPlace, findPlaces, requireServiceName } from '../../../daemon/service/find-place';
import type { ServiceManager, ServicePlace } from '../../../daemon/service/service-manager';

function having(...places: ServicePlace[]): ServiceManager {
  return {
    installed: async (scope) => places.filter((place) => place.scope === scope),
  } as Partial<ServiceManager> as ServiceManager;
}
const any = { scope: undefined, name: undefined };
const mine: ServicePlace = { scope: 'user', name: 'lab' };
const theirs: ServicePlace = { scope: 'system', name: 'lab' };
const optics: ServicePlace = { scope: 'system', name: 'optics' };

test('the only one is meant, wherever it is', async () => {
  expect(await findPlace(having(theirs), any)).toEqual(theirs);
  expect(await findPlace(having(theirs, optics), { ...any, name: 'optics' })).toEqual(optics);
  expect(await findPlace(having(mine, theirs), { ...any, scope: 'system' })).toEqual(theirs);
});

test('of several, one must be named', async () => {
  await expect(findPlace(having(theirs, optics), any)).rejects.toThrow(/lab, optics. Say which: -e NAME/);
  await expect(findPlace(having(mine, theirs), any)).rejects.toThrow(/--user or --system/);
  expect(await findPlaces(having(mine, theirs, optics), any)).toHaveLength(3);
});

test('none is an error that says what to do, and a slip of the pen gets a suggestion', async () => {
  await expect(findPlace(having(), any)).rejects.toThrow(/samebox service install/);
  await expect(findPlace(having(optics), { ...any, name: 'optic' })).rejects.toThrow(/Did you mean "optics"/);
  await expect(findPlace(having(theirs), { name: 'lab', scope: 'user' })).rejects.toThrow(
    /not installed as a service of yours/,
  );
});

test('a path is no name of a service', () => {
  expect(requireServiceName('lab-2.b')).toBe('lab-2.b');
  expect(() => requireServiceName('./lab.sock')).toThrow(/-e NAME/);
});
