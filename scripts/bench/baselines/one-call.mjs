// A script that connects, makes one call, and ends.
import { connect } from '../../../dist/client/index.js';

const client = await connect(process.argv[2]);
await client.call('bench', 'noop');
await client.close();
