#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import manifest from '../package.json' with { type: 'json' };
import { systemClock } from '../rule/clock.ts';
import { runProgram } from './program.ts';
import { createAsk, createWriter, withFileErrors } from './terminal/io.ts';
import { styleFor } from './terminal/style.ts';

// The tool supports Node 20 on purpose; what the SDK says of its own future is no news to its user.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
// Whoever closes standard error does not want to be told; that changes no exit code.
process.stderr.on('error', () => undefined);
const write = createWriter(process.stdout);

process.exitCode = await runProgram(process.argv.slice(2), manifest.version, {
  clock: systemClock,
  // The SDK takes longer to load than a report to judge.
  createClients: async () => (await import('./clients.ts')).createLiveClients(process.env),
  createRemediationClients: async () =>
    (await import('./clients.ts')).createLiveRemediationClients(process.env),
  createDoctorClients: async () =>
    (await import('./clients.ts')).createLiveDoctorClients(process.env),
  // The bundles of the functions are built beside that of the command line.
  readBuild: async () =>
    (await import('./build.ts')).readBuild(new URL('../lambda/', import.meta.url)),
  readFile: (name) =>
    name === '-'
      ? withFileErrors('read', 'standard input', () => buffer(process.stdin))
      : withFileErrors('read', name, () => readFile(name)),
  writeFile: (name, text) => withFileErrors('write', name, () => writeFile(name, text)),
  write: (pieces) => withFileErrors('write', 'standard output', () => write(pieces)),
  tell: (line) => void process.stderr.write(`${line}\n`),
  ...(process.stdin.isTTY === true ? { ask: createAsk(process.stdin, process.stderr) } : {}),
  style: styleFor(process.stdout),
  isTerminal: process.stdout.isTTY === true,
});
