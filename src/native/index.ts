// What the rest of the house needs of native code. The parts that exist on one system only are imported by their file.
export { codeOf, errnoError, lastError } from './errno';
export { native, type Native } from './koffi';
export { peerCredentials, type PeerCredentials } from './peer-credentials';
export { userLabel, userName } from './user-name';
export { lifeOf, markProcess, type ProcessMark } from './process-life';
