// Why a device can't be opened by this user, and how that is put right.
import type { Finding, Level } from '../../../src/doctor-request';
import { finding } from '../finding';

/** Whether a user is in a group: in this session, from the next login on (it stands in /etc/group), or not. */
export type Membership = 'yes' | 'from-next-login' | 'no';

/** The rights to a device. */
export interface PortRights {
  /** Whether this process may open it to read and write. */
  readonly may: boolean;
  readonly owner: string;
  readonly group: string;
  /** Whether its group may read and write. */
  readonly groupMay: boolean;
  readonly member: Membership;
}

/** What to do about a port that this user may not open. */
export function mayNotOpen(name: string, level: Level, rights: PortRights, user: string): Finding {
  const { owner, group, groupMay, member } = rights;
  if (!groupMay || group === 'root') {
    const rule = 'SUBSYSTEM=="tty", KERNEL=="ttyUSB*|ttyACM*", GROUP="dialout", MODE="0660"';
    const todo = `Have udev give it to a group: write ${rule} to /etc/udev/rules.d/60-serial.rules, and plug it in again.`;
    return finding('serial', level, `${name} is for ${owner} alone`, todo);
  }
  if (member === 'from-next-login') {
    const says = `${user} may not open ${name} yet: it is in the group ${group}, but this session began before`;
    const todo = `Log in again (all of the desktop, not only the terminal; a service is started anew), or for this shell: newgrp ${group}`;
    return finding('serial', level, says, todo);
  }
  if (member === 'no') {
    const says = `${user} may not open ${name}: it is for the group ${group}`;
    return finding('serial', level, says, `Join it, and log in again: sudo usermod -aG ${group} ${user}`);
  }
  const says = `${user} may not open ${name}, though in its group ${group}`;
  return finding(
    'serial',
    level,
    says,
    'Something beyond modes forbids it: a container without --device, a sandbox (DevicePolicy= of a unit), an ACL.',
  );
}
