// Opening a file mapping of another process by its name.
import { codeOf } from '../native';
import { MappedMemory } from './mapped-memory';
import type { Mapping } from './mapping';
import { kernel32, windowsError } from './mapping-kernel.windows';
import { closeHandle, FILE_MAP, MAPPING_NAME, mapView } from './mapping.windows';
import { SEGMENT_HEADER_BYTES, type OpenOptions, type SegmentMemory } from './memory';
import { badGrant } from './segment-errors';

/** MEMORY_BASIC_INFORMATION of a 64-bit process: its size, and where the region's size and state stand. */
const ANSWER = { bytes: 48, regionSize: 24, state: 32 } as const;
const MEM_COMMIT = 0x1000;
const ERROR_ACCESS_DENIED = 5;
/** The name is that of another kind of object. */
const ERROR_INVALID_HANDLE = 6;

/**
 * Maps the segment that `grant` names: `mapping:NAME`. Windows never makes a mapping shorter.
 *
 * @throws SameboxError `PROTOCOL` if it isn't a samebox segment of this size, or of another process than `options.pid`;
 * Windows' error.
 */
export function openMapping(grant: string, { bytes, pid, writes }: OpenOptions): SegmentMemory {
  const name = grant.slice('mapping:'.length);
  const owner = MAPPING_NAME.exec(name)?.[1];
  if (owner === undefined) throw badGrant(grant, 'does not name a segment');
  if (pid !== undefined && pid !== Number(owner)) {
    throw badGrant(grant, `comes from process ${String(pid)} and names another`);
  }
  const mapping = viewOf(grant, name, writes, SEGMENT_HEADER_BYTES + bytes);
  if (!isCommitted(mapping)) {
    mapping.unmap();
    throw badGrant(grant, 'leads to a mapping without memory');
  }
  return MappedMemory.opened('mapping', bytes, mapping);
}

/** The view keeps the mapping; the handle isn't needed any more. */
function viewOf(grant: string, name: string, writes: OpenOptions['writes'], length: number): Mapping {
  const both = FILE_MAP.read | FILE_MAP.write;
  const handle = BigInt(kernel32().openFileMapping(writes === 'both' ? both : FILE_MAP.read, 0, name));
  if (handle === 0n)
    throw explained(windowsError('OpenFileMappingW'), ERROR_INVALID_HANDLE, grant, 'no mapping');
  try {
    return mapView(handle, writes === 'both' ? both : FILE_MAP.copy, length);
  } catch (error) {
    // The handle has the rights that the view needs, so that only its length can be refused.
    throw explained(error, ERROR_ACCESS_DENIED, grant, 'a shorter mapping');
  } finally {
    closeHandle(handle);
  }
}

function explained(error: unknown, errno: number, grant: string, what: string): unknown {
  return codeOf(error) === `WIN32_${String(errno)}` ? badGrant(grant, `leads to ${what}`, error) : error;
}

/** A mapping can be made with pages that nobody has claimed (SEC_RESERVE): a touch of one would end the process. */
function isCommitted({ pointer, length }: Mapping): boolean {
  const answer = Buffer.alloc(ANSWER.bytes);
  if (BigInt(kernel32().virtualQuery(pointer, answer, answer.length)) === 0n)
    throw windowsError('VirtualQuery');
  const size = answer.readBigUInt64LE(ANSWER.regionSize);
  return answer.readUInt32LE(ANSWER.state) === MEM_COMMIT && size >= BigInt(length);
}
