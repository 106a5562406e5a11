// Users and groups of this machine: the name of a number, for people to read, and the number of a name, for rules.
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { native } from './koffi';
import { libcFunction } from './libc.unix';

/** One of the two databases. Their files and their C structs begin alike: name, password, number. */
interface Database {
  readonly file: string;
  readonly byId: string;
  readonly byName: string;
}

const USERS: Database = {
  file: '/etc/passwd',
  byId: 'int getpwuid_r(uint32_t uid, void *entry, void *strings, size_t size, _Out_ void **found)',
  byName: 'int getpwnam_r(const char *name, void *entry, void *strings, size_t size, _Out_ void **found)',
};

const GROUPS: Database = {
  file: '/etc/group',
  byId: 'int getgrgid_r(uint32_t gid, void *entry, void *strings, size_t size, _Out_ void **found)',
  byName: 'int getgrnam_r(const char *name, void *entry, void *strings, size_t size, _Out_ void **found)',
};

/** Both structs are smaller than this everywhere. */
const ENTRY_BYTES = 256;
/** A group with many members has a long entry. */
const STRINGS = { least: 16 * 1024, most: 4 * 1024 * 1024 };
const ERANGE = 34;

interface Entry {
  readonly name: string;
  readonly id: number;
}

const userNames = new Map<number, string | undefined>();
const groupNames = new Map<number, string | undefined>();

/**
 * The login name of `uid`, or `undefined` if the machine knows none. Asked once per uid: of Node for this process's own
 * user, of /etc/passwd, and last of the C library, which also asks directories (and may take their time).
 */
export function userName(uid: number): string | undefined {
  return cached(userNames, uid, () => ownName(uid) ?? find(USERS, 'id', uid)?.name);
}

/** The name of the group `gid`, or `undefined` if the machine knows none. Asked once per gid. */
export function groupName(gid: number): string | undefined {
  return cached(groupNames, gid, () => find(GROUPS, 'id', gid)?.name);
}

/** The uid of the user called `name`; `undefined` if the machine knows none. */
export function userId(name: string): number | undefined {
  return find(USERS, 'name', name)?.id;
}

/** The gid of the group called `name`; `undefined` if the machine knows none. */
export function groupId(name: string): number | undefined {
  return find(GROUPS, 'name', name)?.id;
}

/** `alice`, or `uid 1000` where the machine knows no name. */
export function userLabel(uid: number): string {
  return userName(uid) ?? `uid ${String(uid)}`;
}

/** `optics`, or `gid 1000` where the machine knows no name. */
export function groupLabel(gid: number): string {
  return groupName(gid) ?? `gid ${String(gid)}`;
}

function cached(
  names: Map<number, string | undefined>,
  id: number,
  ask: () => string | undefined,
): string | undefined {
  if (!names.has(id)) names.set(id, ask());
  return names.get(id);
}

function ownName(uid: number): string | undefined {
  try {
    const own = userInfo();
    return own.uid === uid ? own.username : undefined;
  } catch {
    return undefined; // A container's uid without an entry.
  }
}

function find(database: Database, by: keyof Entry, key: string | number): Entry | undefined {
  return inFile(database, by, key) ?? inLibrary(database, key);
}

function inFile({ file }: Database, by: keyof Entry, key: string | number): Entry | undefined {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line): Entry => {
        const [name = '', , id = ''] = line.split(':');
        return { name, id: /^\d+$/.test(id) ? Number(id) : NaN };
      })
      .find((entry) => entry.name !== '' && !Number.isNaN(entry.id) && entry[by] === key);
  } catch {
    return undefined;
  }
}

type Getter = (
  key: string | number,
  entry: Buffer,
  strings: Buffer,
  size: number,
  found: unknown[],
) => number;

/** The C library knows of directories too (NSS). */
function inLibrary({ byId, byName }: Database, key: string | number): Entry | undefined {
  const access = native();
  if (!access.available || process.getuid === undefined) return undefined;
  if (typeof key === 'string' && key.includes('\0')) return undefined; // C would cut it.
  const get = libcFunction<Getter>(typeof key === 'string' ? byName : byId);
  const { koffi } = access;
  for (let room = STRINGS.least; room <= STRINGS.most; room *= 4) {
    const entry = Buffer.alloc(ENTRY_BYTES);
    const strings = Buffer.alloc(room); // The entry points into it.
    const found: unknown[] = [null];
    const error = get?.(key, entry, strings, strings.length, found);
    if (error === ERANGE) continue;
    if (error !== 0 || found[0] === null) return undefined;
    const name = koffi.decode(found[0], 'const char *') as string | null;
    const id = entry.readUInt32LE(2 * koffi.sizeof('void *'));
    return name === null ? undefined : { name, id };
  }
  return undefined;
}
