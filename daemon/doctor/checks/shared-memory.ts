// How large arrays can be shared with other processes, and whether there is room for them.
import type { Finding } from '../../../src/doctor-request';
import { bytes, finding, findingOf } from '../finding';

const MiB = 2 ** 20;
/** What Docker gives a container that is told nothing else. */
const CONTAINER_SHM = 64 * MiB;
/** A camera frame of 16 megapixels, twice, and something over. */
const LITTLE = 128 * MiB;

/** Room, in bytes. */
export interface Room {
  readonly total: number;
  readonly free: number;
}

/** Where shared memory comes from. */
export interface SharedMemoryFacts {
  /** How segments are made here, or why they can't be. */
  readonly way: 'memfd' | 'file' | 'mapping' | { readonly unavailable: string };
  /** Memory that processes of this machine (or container) can still have. */
  readonly memory: Room;
  /** Files only: where they lie, and the room there. */
  readonly files?: {
    readonly directory: string;
    readonly room?: Room;
    /** Why this user can't have that directory. */
    readonly refused?: unknown;
  };
}

/** The way, the room for it, and what would be better. */
export function checkSharedMemory(facts: SharedMemoryFacts): Finding[] {
  const { way, memory } = facts;
  if (typeof way === 'object') {
    // Without native code there is none: that is told already.
    if (way.unavailable.startsWith('native unavailable')) return [];
    return [finding('shared-memory', 'warning', `Large arrays go through the socket: ${way.unavailable}`)];
  }
  return way === 'file' ? files(facts) : [...inMemory(way, memory), ...littleMemory(memory)];
}

function inMemory(way: 'memfd' | 'mapping', memory: Room): Finding[] {
  const how = way === 'memfd' ? 'sealed memfds' : 'file mappings';
  return [
    finding('shared-memory', 'ok', `Large arrays go through ${how}; ${bytes(memory.free)} of memory free`),
  ];
}

function littleMemory({ free, total }: Room): Finding[] {
  if (free >= LITTLE) return [];
  const says = `Only ${bytes(free)} of ${bytes(total)} of memory are free`;
  return [
    finding(
      'shared-memory',
      'warning',
      says,
      'Close what you do not need, or give the machine (or container) more.',
    ),
  ];
}

function files({ files: where, memory }: SharedMemoryFacts): Finding[] {
  const { directory = '', room, refused } = where ?? {};
  if (refused !== undefined) return [findingOf('shared-memory', 'warning', refused)];
  if (room === undefined)
    return [finding('shared-memory', 'ok', `Large arrays go through files in ${directory}`)];
  const says = `Large arrays go through files in ${directory}: ${bytes(room.free)} of ${bytes(room.total)} are free there`;
  if (room.total <= CONTAINER_SHM) {
    return [
      finding(
        'shared-memory',
        'warning',
        says,
        'Give the container more: docker run --shm-size=1g. Beyond it arrays go through the socket.',
      ),
    ];
  }
  if (room.free < LITTLE) {
    return [
      finding(
        'shared-memory',
        'warning',
        says,
        `Remove what nobody needs: ls -l ${directory}. Without room arrays go through the socket.`,
      ),
    ];
  }
  return [finding('shared-memory', 'ok', says), ...littleMemory(memory)];
}
