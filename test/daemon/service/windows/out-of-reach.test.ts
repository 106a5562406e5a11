// Files that the account of a service can't come to.
import { outOfReach, outOfReachWarning } from '../../../../daemon/service/windows/out-of-reach';

const PROFILE = 'C:\\Users\\ann';

test('what lies in the folder of a person is out of reach, whoever that is', () => {
  const paths = [
    'C:\\Users\\ann\\AppData\\Roaming\\nvm\\node.exe',
    'c:\\users\\bob\\lab\\samebox.config.ts',
    'C:\\Users\\Public\\lab\\samebox.config.ts',
    'C:\\Program Files\\nodejs\\node.exe',
    'C:\\UsersOfLab\\x.ts',
    'D:\\lab\\x.ts',
  ];
  expect(outOfReach(paths, PROFILE)).toEqual(paths.slice(0, 2));
  expect(outOfReach(paths, undefined)).toEqual([]);
});

test('the warning says how to let the account in', () => {
  expect(outOfReachWarning([], 'NT SERVICE\\samebox-lab')).toBeUndefined();
  expect(outOfReachWarning(['C:\\Users\\ann\\lab\\x.ts'], 'NT SERVICE\\samebox-lab')).toContain(
    'icacls "C:\\Users\\ann\\lab" /grant "NT SERVICE\\samebox-lab:(OI)(CI)RX"',
  );
});
