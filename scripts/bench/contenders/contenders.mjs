// Who is compared: for each contender its programs, and how it is called.
import { execFileSync } from 'node:child_process';
import { existsSync as exists } from 'node:fs';
import { createRequire } from 'node:module';
import { MODES } from './samebox/modes.mjs';

const require = createRequire(import.meta.url);

/**
 * @typedef {object} Contender
 * @property {string} name in results.
 * @property {string} title for people, with its version.
 * @property {'floor' | 'samebox' | 'peer'} kind
 * @property {string} server its script in scripts/bench.
 * @property {string} client
 * @property {string[]} [args] of both, after the path of the socket.
 * @property {string} [program] what runs them; default Node.
 * @property {boolean} [hot] both event loops are kept turning while it has its turn.
 * @property {boolean} [twoCores] it makes no sense on one.
 */

const node = (name, title, kind, more = {}) => ({
  name,
  title,
  kind,
  server: `contenders/${name}/server.mjs`,
  client: `contenders/${name}/client.mjs`,
  ...more,
});

const peer = (name, of, version = versionOf(of)) => node(name, `${of} ${version}`, 'peer');

/** @returns {Contender[]} those that can run here, the floor first. */
export function contenders() {
  return [
    node('echo', 'bare node:net echo', 'floor'),
    {
      ...node('echo', 'bare echo, both loops hot', 'floor', { hot: true, twoCores: true }),
      name: 'hotEcho',
    },
    {
      name: 'word',
      title: 'two hot loops over a mapped word',
      kind: 'floor',
      server: 'baselines/word-server.mjs',
      client: 'baselines/word-client.mjs',
      hot: true,
      twoCores: true,
    },
    ...MODES.map(({ name, title, twoCores }) => ({
      name,
      title,
      kind: 'samebox',
      server: 'contenders/samebox/daemon.mjs',
      client: 'contenders/samebox/client.mjs',
      args: [name],
      twoCores,
    })),
    peer('node-ipc', 'node-ipc'),
    { ...peer('jsonrpc', 'vscode-jsonrpc'), args: ['json'] },
    peer('grpc', '@grpc/grpc-js'),
    peer('zeromq', 'zeromq'),
    ...python(),
  ];
}

function versionOf(name) {
  const { version } = require(`${packageFolder(name)}/package.json`);
  return version;
}

/** A package may not export its package.json. */
function packageFolder(name) {
  const [folder] = require.resolve
    .paths(name)
    .map((paths) => `${paths}/${name}`)
    .filter(exists);
  return folder;
}

/** What Python brings along, where there is Python. */
function python() {
  try {
    const ask = 'import sys, platform; print(sys.executable, platform.python_version())';
    const [program, version] = execFileSync('python3', ['-c', ask], { encoding: 'utf8' }).trim().split(' ');
    const title = `multiprocessing.connection, Python ${version}`;
    const [server, client] = ['server', 'client'].map((part) => `contenders/multiprocessing/${part}.py`);
    return [{ name: 'multiprocessing', title, kind: 'peer', program, server, client }];
  } catch {
    return [];
  }
}
