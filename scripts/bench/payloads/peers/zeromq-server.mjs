// zeromq.js: a router over ipc. A message arrives whole, in memory that zeromq has taken for it; it isn't copied again.
import { Router } from 'zeromq';
import { serve } from '../child.mjs';
import { seedOf } from '../pattern.mjs';

const router = new Router({ linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
await router.bind(`ipc://${process.argv[2]}`);
serve({}, () => router.close());
for await (const [sender, payload] of router) await router.send([sender, Buffer.of(seedOf(payload))]);
