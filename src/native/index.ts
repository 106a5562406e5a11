// What the rest of the house needs of native code. The parts that exist on one system only are imported by their file.
export { codeOf, errnoError, lastError } from './errno';
export { native, type Native } from './koffi';
export { peerCredentials, whyNoCredentials, type PeerCredentials } from './peer-credentials';
export { groupId, groupLabel, groupName, userId, userLabel, userName } from './accounts';
export { lifeOf, markProcess, pidToMark, type ProcessMark } from './process-life';
