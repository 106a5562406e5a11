#!/usr/bin/env node
// The composition root: the only place that knows the command line and the daemon.
import { runProgram } from '../client/cli/program';
import type * as Daemon from '../daemon/serve/serve';

void runProgram(process.argv, {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- no other command loads the daemon
  serve: () => (require('../daemon/serve/serve') as typeof Daemon).serve,
});
