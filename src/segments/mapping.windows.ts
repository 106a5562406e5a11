// Making segments as file mappings over the page file: named, open to this user, gone with their last handle and view.
import { randomBytes } from 'node:crypto';
import { SameboxError } from '../errors';
import { OwnMemory, type MakerAnswer } from './mapped-memory';
import { mappingAccess, type Mapping } from './mapping';
import { kernel32, windowsError } from './mapping-kernel.windows';
import { SEGMENT_HEADER_BYTES, type OwnSegment } from './memory';
import { orMakingFailed, requireSegmentSize } from './segment-errors';

const PAGE_FILE = -1n;
const PAGE_READWRITE = 4;
const ERROR_ALREADY_EXISTS = 183;

/** The rights of a view, and of a handle that it is made from. */
export const FILE_MAP = { copy: 1, write: 2, read: 4 } as const;

/** Names that can be segments. `Local\` is the session of the user who is logged on. */
export const MAPPING_NAME = /^Local\\samebox-([1-9]\d{0,9})-[0-9a-f]{32}-(?:0|[1-9]\d{0,15})$/;

let random: string | undefined;
let made = 0;

/** The maker of file mappings, or why there is none. */
export function mappingMaker(): MakerAnswer {
  const access = mappingAccess();
  return 'unavailable' in access ? access : { way: 'mapping', create };
}

/**
 * Windows counts the memory at once, so that a page can't be missing later. The default security of an object lets in this
 * user and the system. There is nothing to do for `published`: both open it with the same right.
 */
function create(bytes: number): OwnSegment | Promise<OwnSegment> {
  requireSegmentSize(bytes);
  return orMakingFailed(bytes, () => {
    random ??= randomBytes(16).toString('hex');
    const name = `Local\\samebox-${String(process.pid)}-${random}-${String(made++)}`;
    const length = SEGMENT_HEADER_BYTES + bytes;
    const handle = createNamed(name, length);
    try {
      const mapping = mapView(handle, FILE_MAP.read | FILE_MAP.write, length);
      return new OwnMemory('mapping', bytes, mapping, `mapping:${name}`, () => closeHandle(handle));
    } catch (error) {
      closeHandle(handle);
      throw error;
    }
  });
}

function createNamed(name: string, length: number): bigint {
  const api = kernel32();
  const [high, low] = [Math.floor(length / 2 ** 32), length % 2 ** 32];
  const handle = BigInt(api.createFileMapping(PAGE_FILE, null, PAGE_READWRITE, high, low, name));
  // Asked at once: Windows says by the last error, too, that it has opened what was there.
  const existed = api.lastError() === ERROR_ALREADY_EXISTS;
  if (handle === 0n) throw windowsError('CreateFileMappingW');
  if (!existed) return handle;
  closeHandle(handle);
  throw new SameboxError('INTERNAL', `The file mapping ${name} exists already.`);
}

/** @throws Windows' error. */
export function mapView(handle: bigint, access: number, length: number): Mapping {
  const api = kernel32();
  const pointer = BigInt(api.mapViewOfFile(handle, access, 0, 0, length));
  if (pointer === 0n) throw windowsError('MapViewOfFile');
  return {
    pointer,
    length,
    unmap: () => {
      if (api.unmapViewOfFile(pointer) === 0) throw windowsError('UnmapViewOfFile');
    },
  };
}

/** @throws Windows' error. */
export function closeHandle(handle: bigint): void {
  if (kernel32().closeHandle(handle) === 0) throw windowsError('CloseHandle');
}
