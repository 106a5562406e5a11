#!/usr/bin/env node
// The composition root: the only place that knows the command line and the daemon.
import type * as Program from '../client/cli/program';
import type * as Doctor from '../daemon/doctor/examine';
import type * as Daemon from '../daemon/serve/serve';
import type * as Service from '../daemon/service/manage-service';
import { openProgram } from './quick-start';

const { load, keepSoon } = openProgram();
const { runProgram } = load('client/cli/program') as typeof Program;

void runProgram(process.argv, {
  serve: () => {
    keepSoon();
    return (load('daemon/serve/serve') as typeof Daemon).serve;
  },
  doctor: () => (load('daemon/doctor/examine') as typeof Doctor).examine,
  service: () => (load('daemon/service/manage-service') as typeof Service).manageService,
});
