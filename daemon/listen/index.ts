// What the rest of the daemon needs of listening.
export { reachNotes } from './group-reach.unix';
export { listenAt, type Listener, type ListenOptions } from './listen-at';
export { SILENT_CONNECTIONS, SilentConnections } from './silent-connections';
