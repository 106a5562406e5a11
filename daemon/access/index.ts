// What the rest of the daemon needs of access.
export { Access, type Caller } from './access';
export { socketGroup } from './socket-group';
