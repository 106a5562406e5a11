// Facts of memory that can be shared. Nothing is made to find them out.
import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { checkPrivateDirectory } from '../../../src/endpoint';
import { segmentDirectory } from '../../../src/segments/segment-directory.unix';
import { segmentMaker } from '../../../src/segments/segment-ways';
import type { Room, SharedMemoryFacts } from '../checks/shared-memory';

/** The way that segments are made here, and the room for them. */
export async function sharedMemoryFacts(): Promise<SharedMemoryFacts> {
  const maker = segmentMaker();
  const memory = memoryRoom();
  if ('unavailable' in maker) return { way: { unavailable: maker.unavailable }, memory };
  if (maker.way !== 'file') return { way: maker.way, memory };
  const directory = segmentDirectory();
  const room = (await roomOf(directory)) ?? (await roomOf(dirname(directory)));
  const refused = refusal(directory);
  return {
    way: 'file',
    memory,
    files: { directory, ...(room && { room }), ...(refused !== undefined && { refused }) },
  };
}

/** What this process may still have: a container may have less than its machine. */
function memoryRoom(): Room {
  // From Node 20.13 on.
  const { availableMemory } = process as Partial<Pick<NodeJS.Process, 'availableMemory'>>;
  const constrained = process.constrainedMemory();
  const total = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  return { total, free: Math.min(availableMemory?.call(process) ?? freemem(), total) };
}

/** Bytes on the file system of `path` that this user can have; `undefined` if nobody can tell. */
export async function roomOf(path: string): Promise<Room | undefined> {
  try {
    const { blocks, bavail, bsize } = await statfs(path);
    return { total: blocks * bsize, free: bavail * bsize };
  } catch {
    return undefined;
  }
}

function refusal(directory: string): unknown {
  try {
    checkPrivateDirectory(directory);
    return undefined;
  } catch (error) {
    return error;
  }
}
