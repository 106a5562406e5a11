// What this process has of shared memory, as the system counts it: a test asks before and after.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import koffi from 'koffi';
import { IS_WINDOWS } from '../../src/os';

/** What the process has of shared memory. */
export interface Memory {
  readonly mappings: number;
  /** Always 0 on Windows, where a handle has no name to be known by. */
  readonly descriptors: number;
}

export function memory(): Memory {
  if (IS_WINDOWS) return { mappings: segmentRegions(), descriptors: 0 };
  const mappings = readFileSync('/proc/self/maps', 'latin1').match(/samebox/g)?.length ?? 0;
  const links = readdirSync('/proc/self/fd').map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return '';
    }
  });
  return { mappings, descriptors: links.filter((to) => to.includes('samebox')).length };
}

/** MEMORY_BASIC_INFORMATION of a 64-bit process. */
const REGION = { bytes: 48, base: 0, allocation: 8, size: 24, state: 32, protection: 36, type: 40 } as const;
const [MEM_COMMIT, MEM_MAPPED] = [0x1000, 0x40000];
const READABLE = new Set([2, 4, 8]);

/** Mapped regions that begin as a segment does. */
function segmentRegions(): number {
  const query = koffi.load('kernel32.dll').func('VirtualQuery', 'size_t', ['uintptr_t', 'void *', 'size_t']);
  const region = Buffer.alloc(REGION.bytes);
  let count = 0;
  for (let at = 0n; Number(query(at, region, region.length)) > 0;) {
    const base = region.readBigUInt64LE(REGION.base);
    const readable =
      region.readUInt32LE(REGION.state) === MEM_COMMIT &&
      region.readUInt32LE(REGION.type) === MEM_MAPPED &&
      READABLE.has(region.readUInt32LE(REGION.protection)) &&
      region.readBigUInt64LE(REGION.allocation) === base;
    if (readable && Buffer.from(koffi.view(base, 8)).toString('latin1') === 'samebox\0') count++;
    at = base + region.readBigUInt64LE(REGION.size);
  }
  return count;
}
