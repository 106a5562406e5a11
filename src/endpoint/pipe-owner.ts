// Whether the owner of a named pipe may serve a client: names of pipes are first come, first served, so a stranger may have been first.
import { SID, serviceSid } from '../native/sids';

/** Those who can do to a client what they like anyway. */
const ABOVE_ALL: readonly string[] = [SID.system, SID.administrators];

/**
 * Whether a client run by `user` (a SID) believes in a pipe that belongs to `owner`.
 *
 * A user's own pipe belongs to him; to administrators, if he has started his daemon elevated. The pipe of the service
 * `samebox-lab` belongs to the account that Windows makes for this name alone, or to LocalService. Nobody can give a pipe to
 * an account that he isn't.
 *
 * @param service the name of the service whose pipe it is; `undefined` for a user's own.
 */
export function isTrustedOwner(owner: string, user: string, service: string | undefined): boolean {
  // Wine knows no owner of a pipe that was given none; Windows always does, and nobody can take it away.
  if (owner === '' || owner === user || ABOVE_ALL.includes(owner)) return true;
  return service !== undefined && (owner === serviceSid(service) || owner === SID.localService);
}
