// What the rest of the daemon needs of access.
export { Access, type Caller } from './access';
export { pipeMembers } from './pipe-members';
export { socketGroup } from './socket-group';
