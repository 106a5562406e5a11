// What is promised when a socket is lost, over sockets whose loops are kept hot.
import { namedSessionsSuite } from './named-sessions-suite';
import { reconnectSuite } from './reconnect-suite';
import { resumeSuite } from './resume-suite';

describe('a lost socket is not a lost call', () => resumeSuite('low'));
describe('what may have run is not sent again', () => reconnectSuite('low'));
describe('a named session outlives its client', () => namedSessionsSuite('low'));
