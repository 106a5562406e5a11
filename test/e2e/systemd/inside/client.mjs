// A client in a booted system. It is told what to do: `{ name, args }` is a method of its client. See `inside-client.ts`.
import { connect, SameboxError } from '../../../../dist/client/index.js';

const lab = await connect(process.argv[2], { name: 'test', timeout: 20_000 });
/** What its connection has become since it connected. */
const states = [];
void (async () => {
  for await (const { state } of lab.changes()) states.push(state);
})();

const OWN = { states: () => states, pid: () => process.pid, endpoint: () => lab.endpoint };

process.on('message', async ({ id, name, args }) => {
  try {
    const value = await (OWN[name] ?? lab[name].bind(lab))(...args);
    process.send({ id, value });
  } catch (error) {
    const { code, message, ran } = SameboxError.from(error);
    process.send({ id, error: { code, message, ran } });
  }
});
process.once('disconnect', () => process.exit(0));
process.send({ id: 0, value: lab.endpoint });
