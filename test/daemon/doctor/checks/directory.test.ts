import {
  checkDirectories,
  type DirectoriesFacts,
  type DirectoryFacts,
} from '../../../../daemon/doctor/checks/directory';
import { SameboxError } from '../../../../src/errors';

const own: DirectoryFacts = {
  path: '/run/user/7/samebox',
  kind: 'own',
  exists: true,
  chosen: true,
  longest: 107,
};
const facts: DirectoriesFacts = { user: 'ann', only: false, directories: [own] };
const check = (more: Partial<DirectoriesFacts>) => checkDirectories({ ...facts, ...more });

describe('the directories of sockets', () => {
  test('say where daemons of this user listen', () => {
    expect(check({})).toEqual([
      { check: 'directory', level: 'ok', says: 'Daemons of ann listen in /run/user/7/samebox' },
    ]);
    expect(check({ directories: [{ ...own, exists: false }] })[0]).toMatchObject({
      says: 'Daemons of ann listen in /run/user/7/samebox, which will be made',
    });
  });

  test("that are a stranger's are a problem, the system's a warning, in the words of the refusal", () => {
    const refused = new SameboxError(
      'DENIED',
      'The directory /tmp/samebox-7 belongs to bob. Have bob remove it.',
    );
    const foreign: DirectoryFacts = { ...own, path: '/tmp/samebox-7', chosen: false, refused };
    expect(check({ directories: [foreign] })).toEqual([
      {
        check: 'directory',
        level: 'problem',
        says: 'The directory /tmp/samebox-7 belongs to bob',
        todo: 'Have bob remove it.',
      },
    ]);
    expect(check({ directories: [own, { ...foreign, kind: 'system' }] }).map(({ level }) => level)).toEqual([
      'warning',
      'ok',
    ]);
  });

  test('are none on Windows, where a daemon has a pipe', () => {
    expect(check({ pipe: '\\\\.\\pipe\\samebox-ann-NAME' })).toEqual([
      { check: 'directory', level: 'ok', says: 'Daemons of ann listen at \\\\.\\pipe\\samebox-ann-NAME' },
    ]);
  });

  test('none of which can be had are a problem that lists what was tried', () => {
    expect(check({ directories: [{ ...own, exists: false, chosen: false }] })).toEqual([
      expect.objectContaining({
        level: 'problem',
        says: expect.stringContaining('tried /run/user/7/samebox'),
      }),
    ]);
  });

  test('whose path leaves no letters for a name are a warning', () => {
    const long = `/${'x'.repeat(95)}`;
    expect(check({ directories: [{ ...own, path: long }] })).toEqual([
      expect.objectContaining({
        level: 'warning',
        says: expect.stringContaining("leaves 5 letters for a box's name"),
      }),
    ]);
  });

  test('of root are not those of who called sudo, which is said', () => {
    expect(check({ user: 'root', sudo: 'ann' })[0]).toMatchObject({
      level: 'note',
      says: 'This looks for the daemons of root, not for those of ann, who called sudo',
    });
    expect(check({ user: 'ann', sudo: 'ann' })).toHaveLength(1);
  });

  test('are one only where SAMEBOX_RUNTIME_DIR is set, which is said', () => {
    expect(check({ only: true })[0]).toMatchObject({
      says: expect.stringContaining('looked for in /run/user/7/samebox only'),
    });
  });

  test.each([
    ['foreign', '/run/user/8, belongs to bob, so'],
    ['missing', '/run/user/8, is not there, so'],
    ['relative', '/run/user/8, is not absolute, so'],
  ] as const)('an XDG_RUNTIME_DIR that is %s does not count, which is said', (why, says) => {
    expect(check({ session: { path: '/run/user/8', why, owner: 'bob' } })[0]).toMatchObject({
      level: 'note',
      says: expect.stringContaining(says),
    });
  });
});
