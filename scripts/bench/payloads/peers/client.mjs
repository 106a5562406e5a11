// What the clients of all peers have in common: a payload, and turns of handing it over.
import { serve } from '../child.mjs';
import { stamp, warm } from '../pattern.mjs';
import { turn } from '../turns.mjs';

/**
 * @param {(payload: Uint8Array) => Promise<number>} send hands the payload over, and gives the server's answer: the seed it saw.
 * @param {() => unknown} close
 */
export function contend(send, close) {
  let payload;
  serve(
    {
      prepare: ({ mebibytes }) => {
        payload = Buffer.from(warm(mebibytes).buffer);
      },
      turn: ({ budget }) =>
        turn((seed) => {
          stamp(payload, seed);
          return send(payload);
        }, budget),
    },
    close,
  );
}
