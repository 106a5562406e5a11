// The name of a user id, for people to read.
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { native } from './koffi';
import { libcFunction } from './libc.unix';

const names = new Map<number, string | undefined>();

/**
 * The login name of `uid`, or `undefined` if the machine knows none. Asked once per uid: of Node for this process's own
 * user, of /etc/passwd, and last of the C library, which also asks directories (and may take their time).
 */
export function userName(uid: number): string | undefined {
  if (names.has(uid)) return names.get(uid);
  const name = ownName(uid) ?? nameInPasswd(uid) ?? nameFromLibc(uid);
  names.set(uid, name);
  return name;
}

/** `alice`, or `uid 1000` where the machine knows no name. */
export function userLabel(uid: number): string {
  return userName(uid) ?? `uid ${String(uid)}`;
}

function ownName(uid: number): string | undefined {
  try {
    const own = userInfo();
    return own.uid === uid ? own.username : undefined;
  } catch {
    return undefined; // A container's uid without an entry.
  }
}

function nameInPasswd(uid: number): string | undefined {
  try {
    const fields = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
    return fields.find((field) => field[2] === String(uid))?.[0] || undefined;
  } catch {
    return undefined;
  }
}

type GetPwUid = (uid: number, entry: Buffer, strings: Buffer, size: number, found: unknown[]) => number;

function nameFromLibc(uid: number): string | undefined {
  const access = native();
  if (!access.available || process.getuid === undefined) return undefined;
  const getpwuid = libcFunction<GetPwUid>(
    'int getpwuid_r(uint32_t uid, void *entry, void *strings, size_t size, _Out_ void **found)',
  );
  // `struct passwd` is smaller than this everywhere, and begins with `char *pw_name`, which points into `strings`.
  const entry = Buffer.alloc(256);
  const strings = Buffer.alloc(16384);
  const found: unknown[] = [null];
  if (getpwuid?.(uid, entry, strings, strings.length, found) !== 0 || found[0] === null) return undefined;
  return (access.koffi.decode(found[0], 'const char *') as string | null) ?? undefined;
}
