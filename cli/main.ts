#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import manifest from '../package.json' with { type: 'json' };
import { systemClock } from '../rule/clock.ts';
import { checkWritable, listFolder, readFileTime, withFileErrors } from './files.ts';
import { runProgram } from './program.ts';
import { createAsk, createInterruptListener, createWriter } from './terminal/io.ts';
import { styleFor, widthOf } from './terminal/style.ts';

// This tool supports Node 20; the SDK's warning about its own later versions does not concern its user.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
// A closed standard error changes no exit code.
process.stderr.on('error', () => undefined);
const write = createWriter(process.stdout);
const tell = (line: string) => void process.stderr.write(`${line}\n`);

process.exitCode = await runProgram(process.argv.slice(2), manifest.version, {
  clock: systemClock,
  // The SDK takes longer to load than a report takes to evaluate.
  connect: async (region, chosen) =>
    (await import('./clients.ts')).connectAsUser(process.env, region, chosen),
  connectToRoles: async (chosen) =>
    (await import('./clients.ts')).connectToRoles(process.env, chosen),
  // The functions' bundles are built beside the command line's.
  readBuild: async () =>
    (await import('./doctor/build.ts')).readBuild(new URL('../lambda/', import.meta.url)),
  readFile: (name) =>
    name === '-'
      ? withFileErrors('read', 'stdin', () => buffer(process.stdin))
      : withFileErrors('read', name, () => readFile(name)),
  listFolder,
  fileTime: readFileTime,
  checkWritable,
  writeFile: (name, text) => withFileErrors('write', name, () => writeFile(name, text)),
  openPrivateFolder: async (path) => (await import('./private-folder.ts')).openPrivateFolder(path),
  write: (pieces) => withFileErrors('write', 'stdout', () => write(pieces)),
  tell,
  ...(process.stdin.isTTY === true ? { ask: createAsk(process.stdin, process.stderr) } : {}),
  onInterrupt: createInterruptListener(process, tell),
  style: styleFor(process.stdout),
  width: widthOf(process.stdout),
});
