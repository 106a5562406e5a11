// How a test starts a TypeScript file as a process of its own: transpiled as it is loaded, not checked.
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');

/** Goes before the file name in the arguments of node. */
export const TYPESCRIPT = ['-r', require.resolve('ts-node/register/transpile-only')];

/** The environment for such a process. */
export function typescriptEnv(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    ...process.env,
    TS_NODE_PROJECT: join(ROOT, 'tsconfig.json'),
    TS_NODE_COMPILER_OPTIONS: JSON.stringify({ rootDir: ROOT }),
    ...more,
  };
}
