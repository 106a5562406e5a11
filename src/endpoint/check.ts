// Whether the place of an endpoint can be trusted, asked by a client before it connects.
import type { Endpoint } from './endpoint';
import { checkPrivateDirectory } from './private-directory.unix';
import { here, type Surroundings } from './surroundings';

/**
 * Checks that nobody else could have put a socket at `endpoint`: its runtime directory belongs to this user and isn't a
 * link. A path that was given as such, the system's directory (only root makes things in /run) and pipes aren't checked.
 *
 * @throws `DENIED` that names the directory, its owner and what to do.
 */
export function checkEndpoint(endpoint: Endpoint, where: Surroundings = here()): void {
  if (where.os === 'windows' || endpoint.directory?.kind !== 'own') return;
  checkPrivateDirectory(endpoint.directory.path, where.uid);
}
