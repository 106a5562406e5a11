// Whether the place of an endpoint can be trusted, asked by a client before it connects.
import type { Endpoint } from './endpoint';
import { checkPrivateDirectory, checkSystemDirectory } from './private-directory.unix';
import { here, type Surroundings } from './surroundings';

/**
 * Checks that no stranger could have put a socket at `endpoint`: its runtime directory belongs to this user or to root, and
 * isn't a link; the system's is one in which not everybody may write. A path that was given as such, and pipes, aren't checked.
 *
 * @throws `DENIED` that names the directory, its owner and what to do.
 */
export function checkEndpoint(endpoint: Endpoint, where: Surroundings = here()): void {
  const { directory } = endpoint;
  if (where.os === 'windows' || directory === undefined) return;
  if (directory.kind === 'own') checkPrivateDirectory(directory.path, where.uid);
  else checkSystemDirectory(directory.path);
}
