// The daemon: takes payloads, gives them, publishes frames, answers small calls; and measures itself.
import { defineBox, startDaemon } from '../../../dist/daemon/index.js';
import { serve } from '../harness/child.mjs';
import { Exchange } from './exchange.mjs';
import { Live } from './live.mjs';
import { Waiting } from './waiting.mjs';

const live = new Live();
const waiting = new Waiting();
const daemon = await startDaemon(
  defineBox({
    name: process.argv[2],
    targets: { exchange: new Exchange(), live: live.target, small: waiting.target },
  }),
);
serve(
  {
    prepareFrames: (options) => live.prepare(options),
    publish: (options) => live.publish(options),
    finishFrames: () => live.finish(),
    copyFrames: (options) => live.copy(options),
    watch: () => waiting.begin(),
    unwatch: () => waiting.end(),
  },
  () => daemon.close(0),
);
