// What the rest of the daemon needs of listening.
export { adoptListener, inheritedEndpoint } from './adopt';
export { ConnectionCounts } from './connection-counts';
export { reachNotes } from './group-reach.unix';
export type { InheritedListener } from './inherited.linux';
export { listenAt, type Listener, type ListenOptions } from './listen-at';
export { SilentConnections } from './silent-connections';
