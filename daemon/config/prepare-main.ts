// The process that prepares a config: one job as its argument, one answer on its standard output.
import { messageOf } from '../../src/errors';
import type { Manifest } from './manifest';
import { prepareConfig } from './prepare';
import { SourceError, type SourceFault } from './source-error';
import { writePrepared } from './write-prepared';

/** What to prepare. */
export interface PrepareJob {
  readonly config: string;
  readonly cache: string;
  readonly maker: string;
  readonly entries: Readonly<Record<string, string>>;
}

/** What came of it. */
export type PrepareAnswer = { readonly manifest: Manifest } | { readonly fault: SourceFault };

/** Does the job. A fault in the person's source is an answer, not an exception. */
export function prepare({ config, cache, maker, entries }: PrepareJob): PrepareAnswer {
  try {
    return { manifest: writePrepared(cache, config, maker, prepareConfig(config, entries)) };
  } catch (error) {
    if (error instanceof SourceError) return { fault: error.fault };
    return { fault: { message: `preparing failed: ${messageOf(error)}`, file: config } };
  }
}

if (require.main === module) {
  process.stdout.write(JSON.stringify(prepare(JSON.parse(process.argv[2] ?? '{}') as PrepareJob)));
}
