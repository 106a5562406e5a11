// A client process that asks an instrument for its own tokens back: `echo-client.mjs ENDPOINT NAME COUNT`.
// Says "ready", waits for a line, asks, and prints what came of it as JSON.
import { once } from 'node:events';
import { connect } from '../../../dist/client/index.js';

const [endpoint, name, count] = process.argv.slice(2);
const lab = await connect(endpoint, { name, callTimeout: 120_000 });
const pm = lab.target('pm');
const outcome = { right: 0, wrong: [], late: 0, failed: [] };

async function ask(index) {
  const token = `${name}-${index}`;
  try {
    const answer = await pm.echo(token);
    if (answer === token) outcome.right++;
    else outcome.wrong.push([token, answer]);
  } catch (error) {
    if (error.code === 'METHOD_FAILED' && error.cause.name === 'InstrumentTimeout') outcome.late++;
    else outcome.failed.push(`${error.code}: ${error.message}`);
  }
}

console.log('ready');
await once(process.stdin, 'data');
await Promise.all(Array.from({ length: Number(count) }, (_, index) => ask(index)));
await lab.close();
console.log(JSON.stringify(outcome));
process.stdin.unref();
