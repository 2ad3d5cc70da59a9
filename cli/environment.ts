import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { contentHash, documents } from '../remediation-docs/documents.ts';
import type { Clock } from '../rule/clock.ts';
import type { Instant } from '../rule/core/instant.ts';
import { functionNames, shortName } from '../rule/core/names.ts';
import type { AwsChoice, Connection, RegionNeed, RoleConnection } from './clients.ts';
import type { PrivateFolder } from './private-folder.ts';
import { withFileErrors } from './terminal/io.ts';
import type { TerminalStyle } from './terminal/style.ts';

/** The world around a command. */
export interface CommandEnvironment {
  readonly clock: Clock;
  /** Creates the clients of AWS. Throws CredentialsError, which says what to set. */
  readonly connect: (region: RegionNeed, chosen?: AwsChoice) => Promise<Connection>;
  /** Finds credentials with which roles can be assumed. Throws CredentialsError, which says what to set. */
  readonly connectToRoles: (chosen?: AwsChoice) => Promise<RoleConnection>;
  /** Reads what this build would deploy. */
  readonly readBuild: () => Promise<Build>;
  /** Reads a file's bytes; `-` is standard input. */
  readonly readFile: (name: string) => Promise<Uint8Array>;
  /** Lists the names of the files in a folder. */
  readonly listFolder: (name: string) => Promise<string[]>;
  /** When a file was last changed; null for standard input. */
  readonly fileTime: (name: string) => Promise<Instant | null>;
  /** Throws FileError if a file of this name cannot be written. Creates nothing. */
  readonly checkWritable: (name: string) => Promise<void>;
  readonly writeFile: (name: string, text: Iterable<string>) => Promise<void>;
  /** Opens a folder for results that only their owner may read. Throws FileError. */
  readonly openPrivateFolder: (path: string) => Promise<PrivateFolder>;
  /** Writes the result to standard output. */
  readonly write: (text: Iterable<string>) => Promise<void>;
  /** Writes a line to standard error. */
  readonly tell: (line: string) => void;
  /** Asks a question on standard error; absent if stdin is not a terminal. */
  readonly ask?: (question: string) => Promise<string>;
  /** Calls a function on Ctrl-C, writes the lines that it returns, and ends the program. Returns how to stop listening. */
  readonly onInterrupt?: (describe: () => readonly string[]) => () => void;
  readonly style: TerminalStyle;
  /** The columns of the terminal on standard output; null if it is not a terminal. */
  readonly width: number | null;
}

/** 0: nothing is left to do; 1: something is left to do; 2: something, or everything, failed. Each command's help says more. */
export type ExitCode = 0 | 1 | 2;

/** What this build would deploy. */
export interface Build {
  /** The hash of each function's bundle, by the function's name. */
  readonly functions: ReadonlyMap<string, string>;
  /** The text of each document, by its name. */
  readonly documents: ReadonlyMap<string, string>;
}

/** Reads the functions' bundles, `<folder>/evaluate/index.js`, and the documents. Throws FileError. */
export async function readBuild(folder: URL): Promise<Build> {
  const functions = await Promise.all(
    Object.values(functionNames).map(async (name) => {
      const file = new URL(`${shortName(name)}/index.js`, folder);
      const text = await withFileErrors('read', fileURLToPath(file), () => readFile(file, 'utf8'));
      return [name, contentHash(text)] as const;
    }),
  );
  const texts = await Promise.all(
    documents.map(({ name, load }) =>
      withFileErrors('read', name, async () => [name, load()] as const),
    ),
  );
  return { functions: new Map(functions), documents: new Map(texts) };
}
