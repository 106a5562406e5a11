// Whose something is on Windows, and who may use it: security descriptors, written in Microsoft's descriptor language (SDDL).
import { closeHandle } from './handles.windows';
import { requireKoffi, WIN32, win32, windowsError, lastWindowsError } from './win32.windows';

type Integer = bigint | number;

const REVISION = 1;
const KINDS = { file: 1, pipe: 6 } as const;
const OWNER = 0x1;
const DACL = 0x4;
/** Nothing is inherited from the folder above. */
const PROTECTED_DACL = 0x80000000;
const TOKEN_QUERY = 0x8;
const TOKEN_USER = 1;
const CURRENT_PROCESS = -1n;

const FUNCTIONS = {
  toDescriptor:
    'int __stdcall ConvertStringSecurityDescriptorToSecurityDescriptorW(str16 text, uint32_t revision, _Out_ void **descriptor, void *size)',
  fromDescriptor:
    'int __stdcall ConvertSecurityDescriptorToStringSecurityDescriptorW(void *descriptor, uint32_t revision, uint32_t parts, _Out_ void **text, void *length)',
  daclOf:
    'int __stdcall GetSecurityDescriptorDacl(void *descriptor, _Out_ int *present, _Out_ void **acl, _Out_ int *defaulted)',
  ownerOf:
    'int __stdcall GetSecurityDescriptorOwner(void *descriptor, _Out_ void **owner, _Out_ int *defaulted)',
  getInfo:
    'uint32_t __stdcall GetSecurityInfo(intptr_t handle, int kind, uint32_t parts, _Out_ void **owner, void *group, void *acl, void *sacl, _Out_ void **descriptor)',
  setInfo:
    'uint32_t __stdcall SetSecurityInfo(intptr_t handle, int kind, uint32_t parts, void *owner, void *group, void *acl, void *sacl)',
  sidText: 'int __stdcall ConvertSidToStringSidW(void *sid, _Out_ void **text)',
  lookUp:
    'int __stdcall LookupAccountNameW(void *machine, str16 name, _Out_ void *sid, _Inout_ uint32_t *size, _Out_ void *domain, _Inout_ uint32_t *length, _Out_ int *use)',
  openToken: 'int __stdcall OpenProcessToken(intptr_t process, uint32_t access, _Out_ intptr_t *token)',
  tokenInfo:
    'int __stdcall GetTokenInformation(intptr_t token, int kind, _Out_ void *answer, uint32_t size, void *needed)',
} as const;

type Call = (...args: unknown[]) => number;
const advapi = (name: keyof typeof FUNCTIONS): Call => win32<Call>('advapi32.dll', FUNCTIONS[name]);
const localFree = (memory: bigint): void =>
  void win32<(memory: bigint) => Integer>('kernel32.dll', 'void *__stdcall LocalFree(void *memory)')(memory);

/** What kind of object a handle is open for. */
export type ObjectKind = 'file' | 'pipe';

/**
 * Says who may use an open object, and whose it is, if `sddl` names an owner; nothing is inherited from above. The handle needs
 * WRITE_DAC, and WRITE_OWNER for the latter.
 * @throws Windows' error.
 */
export function setAccess(handle: bigint, kind: ObjectKind, sddl: string): void {
  withDescriptor(sddl, (descriptor) => {
    const [owner, acl] = [[null], [null]] as (bigint | null)[][];
    advapi('ownerOf')(descriptor, owner, [0]);
    advapi('daclOf')(descriptor, [0], acl, [0]);
    const parts = (owner?.[0] ? OWNER : 0) | DACL | (kind === 'file' ? PROTECTED_DACL : 0);
    const set = advapi('setInfo');
    check('SetSecurityInfo', set(handle, KINDS[kind], parts >>> 0, owner?.[0], null, acl?.[0], null));
  });
}

/** Whose an open object is: a SID as text. The handle needs READ_CONTROL. @throws Windows' error. */
export function ownerOfHandle(handle: bigint): string {
  const owner: (bigint | null)[] = [null];
  const descriptor: (bigint | null)[] = [null];
  const get = advapi('getInfo');
  check('GetSecurityInfo', get(handle, KINDS.pipe, OWNER, owner, null, null, null, descriptor));
  try {
    return owner[0] === null || owner[0] === undefined ? '' : sidText(owner[0]);
  } finally {
    if (typeof descriptor[0] === 'bigint') localFree(descriptor[0]);
  }
}

/** Owner and access of an open object in SDDL, for people and tests. @throws Windows' error. */
export function accessOfHandle(handle: bigint): string {
  const descriptor: (bigint | null)[] = [null];
  const get = advapi('getInfo');
  check('GetSecurityInfo', get(handle, KINDS.pipe, OWNER | DACL, [null], null, null, null, descriptor));
  const [memory] = descriptor as [bigint];
  try {
    const text: (bigint | null)[] = [null];
    if (advapi('fromDescriptor')(memory, REVISION, OWNER | DACL, text, null) === 0)
      throw windowsError('ConvertSecurityDescriptorToStringSecurityDescriptorW');
    return takeText(text[0] as bigint);
  } finally {
    localFree(memory);
  }
}

/** The SID of the user that this process runs as. @throws Windows' error. */
export function ownSid(): string {
  const token = [0n] as Integer[];
  if (advapi('openToken')(CURRENT_PROCESS, TOKEN_QUERY, token) === 0) throw windowsError('OpenProcessToken');
  const handle = BigInt(token[0] ?? 0);
  try {
    const answer = Buffer.alloc(256);
    if (advapi('tokenInfo')(handle, TOKEN_USER, answer, answer.length, new Uint32Array(1)) === 0)
      throw windowsError('GetTokenInformation');
    // TOKEN_USER begins with a pointer to the SID, which stands in the same buffer.
    return sidText(requireKoffi().decode(answer, 'void *') as bigint);
  } finally {
    closeHandle(handle);
  }
}

/** The SID of a user or group of this machine (`alice`, `LAB\optics`); `undefined` if Windows knows none of this name. */
export function sidOfAccount(name: string): string | undefined {
  const sid = Buffer.alloc(68); // SECURITY_MAX_SID_SIZE
  const domain = Buffer.alloc(512);
  const found = advapi('lookUp')(null, name, sid, [sid.length], domain, [domain.length / 2], [0]);
  if (found !== 0) return sidText(requireKoffi().address(sid));
  if (lastWindowsError() === WIN32.noneMapped) return undefined;
  throw windowsError('LookupAccountNameW');
}

function withDescriptor(sddl: string, use: (descriptor: bigint) => void): void {
  const descriptor: (bigint | null)[] = [null];
  if (advapi('toDescriptor')(sddl, REVISION, descriptor, null) === 0)
    throw windowsError('ConvertStringSecurityDescriptorToSecurityDescriptorW');
  const [memory] = descriptor as [bigint];
  try {
    use(memory);
  } finally {
    localFree(memory);
  }
}

function sidText(sid: bigint): string {
  const text: (bigint | null)[] = [null];
  if (advapi('sidText')(sid, text) === 0) throw windowsError('ConvertSidToStringSidW');
  return takeText(text[0] as bigint);
}

/** Reads a text that Windows has allocated, and frees it. */
function takeText(memory: bigint): string {
  const text = requireKoffi().decode.string16(memory);
  localFree(memory);
  return text;
}

/** These functions give their error number back. */
function check(syscall: string, number: number): void {
  if (number !== 0) throw windowsError(syscall, number);
}
