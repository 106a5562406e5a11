// What the rest of the house needs of endpoints.
export { checkEndpoint } from './check';
export { runtimeDirectories } from './directories.unix';
export { isEndpointName, LOCK_SUFFIX, SOCKET_SUFFIX, type Endpoint, type RuntimeDirectory } from './endpoint';
export { socketPathLimit } from './path-length';
export { checkPrivateDirectory, ensurePrivateDirectory } from './private-directory.unix';
export { probe, type Probe } from './probe';
export { candidatesForConnecting, resolveForListening } from './resolve';
export { endpointsThere, runningDaemons, type RunningDaemon } from './running';
export { here, type Surroundings } from './surroundings';
