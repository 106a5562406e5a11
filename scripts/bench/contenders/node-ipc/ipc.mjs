// node-ipc, set up as its documentation says: JSON events over a Unix socket, which it calls its fastest way, and no logging.
import ipc from 'node-ipc';

Object.assign(ipc.config, {
  appspace: 'bench.',
  rawBuffer: false,
  silent: true,
  sync: false,
  maxRetries: 0,
  stopRetrying: true,
});

export { ipc };
