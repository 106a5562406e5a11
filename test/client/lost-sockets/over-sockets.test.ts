// What is promised when a socket is lost, over plain sockets.
import { namedSessionsSuite } from './named-sessions-suite';
import { reconnectSuite } from './reconnect-suite';
import { resumeSuite } from './resume-suite';

describe('a lost socket is not a lost call', () => resumeSuite('normal'));
describe('what may have run is not sent again', () => reconnectSuite('normal'));
describe('a named session outlives its client', () => namedSessionsSuite('normal'));
