// Who may use what a service writes, in Microsoft's descriptor language: the SID of its account, its folder, the folder above.
import { serviceSid } from '../../../src/native/sids';

/** A folder of all services: administrators make folders in it, everybody may see which there are. */
export const SERVICES_FOLDER_ACCESS = 'O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)';

/**
 * The folder of one service: its log, its lock. The service changes what is in it, administrators everything; nobody else
 * looks at it, for a log may tell what a method was called with.
 */
export function serviceFolderAccess(service: string): string {
  return `O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;${serviceSid(service)})`;
}
