// zeromq.js: a dealer over ipc. zeromq sends a large buffer from where it lies.
import { Dealer } from 'zeromq';
import { contend } from './client.mjs';

const dealer = new Dealer({ linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
dealer.connect(`ipc://${process.argv[2]}`);
contend(
  async (payload) => {
    await dealer.send(payload);
    const [answer] = await dealer.receive();
    return answer[0];
  },
  () => dealer.close(),
);
