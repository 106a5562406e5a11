// What the rest of the daemon needs of listening.
export { ConnectionCounts } from './connection-counts';
export { reachNotes } from './group-reach.unix';
export { listenAt, type Listener, type ListenOptions } from './listen-at';
export { SilentConnections } from './silent-connections';
