// The floor: writes a payload to a bare socket and waits for a byte.
import { once } from 'node:events';
import { connect } from 'node:net';
import { contend } from './client.mjs';

const socket = connect(process.argv[2]);
await once(socket, 'connect');
contend(
  async (payload) => {
    socket.write(payload);
    const [answer] = await once(socket, 'data');
    return answer[0];
  },
  () => socket.destroy(),
);
