// Whose pipes a client believes in.
import { isTrustedOwner } from '../../../src/endpoint/pipe-owner';
import { SID, serviceSid } from '../../../src/native/sids';

const ANN = 'S-1-5-21-1-2-3-1001';
const EVE = 'S-1-5-21-1-2-3-1002';
const LAB = 'samebox-lab';

test('the SID of a service follows from its name, as Windows makes it', () => {
  // A service that every Windows has.
  const known = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464';
  expect(serviceSid('TrustedInstaller')).toBe(known);
  expect(serviceSid('trustedinstaller')).toBe(known);
});

test('a user believes in his own pipe, and in those of administrators and the system', () => {
  for (const owner of [ANN, SID.administrators, SID.system])
    expect(isTrustedOwner(owner, ANN, undefined)).toBe(true);
  expect(isTrustedOwner(EVE, ANN, undefined)).toBe(false);
});

test('the pipe of a service belongs to its own account or to LocalService, and to no other user or service', () => {
  expect(isTrustedOwner(serviceSid(LAB), ANN, LAB)).toBe(true);
  expect(isTrustedOwner(SID.localService, ANN, LAB)).toBe(true);
  expect(isTrustedOwner(EVE, ANN, LAB)).toBe(false);
  expect(isTrustedOwner(serviceSid('samebox-other'), ANN, LAB)).toBe(false);
});

test('no service is believed in where a user’s own pipe is looked for', () => {
  expect(isTrustedOwner(serviceSid(LAB), ANN, undefined)).toBe(false);
  expect(isTrustedOwner(SID.localService, ANN, undefined)).toBe(false);
});
