// Round trips of a no-op call.
import { connect } from '../../dist/client/index.js';
import { measure } from './measure.mjs';

const client = await connect(process.argv[2]);
const { noop } = client.target('bench');
await measure(() => noop());
await client.close();
