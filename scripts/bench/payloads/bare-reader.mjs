// Answers all that a bare socket brings, as a reader of frames gives each one back.
import { connect } from 'node:net';
import { serve } from '../harness/child.mjs';

const ANSWER = Buffer.alloc(16);
const socket = connect(process.argv[2], () => serve({}, () => socket.destroy()));
socket.on('data', () => socket.write(ANSWER));
