// The floor of a command: connects to a bare server, sends a few bytes, waits for them, ends.
import { connect } from 'node:net';

const socket = connect(process.argv[2], () => socket.write('e'));
socket.once('data', () => socket.destroy());
