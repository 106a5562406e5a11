// A daemon with a target that does nothing, for `noop-client.mjs`. It ends with its standard input.
import { defineBox, expose, startDaemon } from '../../dist/daemon/index.js';

const daemon = await startDaemon(
  defineBox({ name: process.argv[2], targets: { bench: expose({ noop() {} }, { concurrency: 1 }) } }),
);
console.log('ready');
process.stdin.resume().on('end', () => void daemon.close(0));
