import type { Clock } from '../rule/clock.ts';
import type { Instant } from '../rule/core/instant.ts';
import type { AwsChoice, Connection, RegionNeed, RoleConnection } from './clients.ts';
import type { Build } from './doctor/build.ts';
import type { PrivateFolder } from './private-folder.ts';
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
  /** Throws FileError if a file of this name cannot be written or is one of those that are read. Creates nothing. */
  readonly checkWritable: (name: string, read: readonly string[]) => Promise<void>;
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
