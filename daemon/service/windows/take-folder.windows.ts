// A folder that administrators make for a service, in a place where everybody may have made one of that name before.
import { lstatSync, mkdirSync } from 'node:fs';
import { SameboxError } from '../../../src/errors';
import { closeHandle, openHandle } from '../../../src/native/handles.windows';
import { setAccess } from '../../../src/native/security.windows';

/** READ_CONTROL, WRITE_DAC, WRITE_OWNER. */
const CHANGE_OWNER = 0x00020000 | 0x00040000 | 0x00080000;
const SHARE_ALL = 7;
/** FILE_FLAG_BACKUP_SEMANTICS opens folders; FILE_FLAG_OPEN_REPARSE_POINT a link itself, and not where it leads. */
const FOLDER_ITSELF = 0x02000000 | 0x00200000;

/**
 * Makes the folder `path` if it isn't there, and then says, also of one that was there, whose it is and who may use it. A link is
 * refused, once nobody else can change it any more: what it leads to would be given away.
 * @throws SameboxError `DENIED` for a link; Windows' error.
 */
export function takeFolder(path: string, access: string): void {
  mkdirSync(path, { recursive: true });
  const handle = openHandle(path, CHANGE_OWNER, SHARE_ALL, FOLDER_ITSELF);
  try {
    setAccess(handle, 'file', access);
  } finally {
    closeHandle(handle);
  }
  if (lstatSync(path).isDirectory()) return;
  throw new SameboxError('DENIED', `${path} is a link that somebody has made. Remove it.`, {
    ran: 'no',
    details: { path },
  });
}
