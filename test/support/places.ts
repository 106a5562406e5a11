// Where tests have their endpoints: a socket in a folder; on Windows a pipe whose name is made from that folder.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { candidatesForConnecting, here } from '../../src/endpoint';
import { IS_WINDOWS } from '../../src/os';

/** A new folder with a short path: a socket's path has little room. */
export function shortFolder(): string {
  return mkdtempSync(join(IS_WINDOWS ? tmpdir() : '/tmp', 'sb-'));
}

/** The path of the endpoint `name` for processes whose SAMEBOX_RUNTIME_DIR is `folder`. */
export function endpointIn(folder: string, name = 'lab'): string {
  const [endpoint] = candidatesForConnecting(name, { ...here(), env: { SAMEBOX_RUNTIME_DIR: folder } });
  if (endpoint === undefined) throw new Error(`no endpoint can be in ${folder}`);
  return endpoint.path;
}
