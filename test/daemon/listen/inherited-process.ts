// Says what it was handed over, or why that can't be used.
import { inheritedListener } from '../../../daemon/listen/inherited.linux';
import { messageOf } from '../../../src/errors';

try {
  console.log(JSON.stringify(inheritedListener() ?? null));
} catch (error) {
  console.log(messageOf(error));
}
