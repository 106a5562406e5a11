import { OS } from '../../../src/os';
import { transportSuite } from '../../support/transport-suite';
import { joinLane, keepHot } from './support/join-lane';

describe('over a plain socket', () => transportSuite(() => undefined));

describe('over a socket whose loops are kept hot', () => transportSuite(keepHot));

(OS === 'darwin' ? describe.skip : describe)('over a lane', () => transportSuite(joinLane));
