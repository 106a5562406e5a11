// Where a daemon's log goes: standard output, as JSON for programs or pretty for people.
import type * as PinoPretty from 'pino-pretty';
import type { LogOutput } from '../logging/logger';

/** How the log is written. */
export interface LogStyle {
  readonly logFormat: 'pretty' | 'json';
  readonly coloured: boolean;
  readonly write: (text: string) => void;
}

/** Writes each line when it comes: nothing is lost if the process ends at once. */
export function logOutput({ logFormat, coloured, write }: LogStyle): LogOutput {
  if (logFormat === 'json') return { write };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- JSON logs need no printer
  const { prettyFactory } = require('pino-pretty') as typeof PinoPretty;
  const pretty = prettyFactory({
    colorize: coloured,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname,path,timeout,target,method,milliseconds,code,origin,session,user',
    messageFormat: '{msg}',
  });
  return { write: (line) => write(pretty(line)) };
}
