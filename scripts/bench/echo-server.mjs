// The bare floor: sends back what comes.
import { createServer } from 'node:net';

const server = createServer((socket) => {
  socket.on('data', (data) => socket.write(data));
  socket.on('error', () => undefined);
});
server.listen(process.argv[2], () => console.log('ready'));
process.stdin.resume().on('end', () => process.exit(0));
