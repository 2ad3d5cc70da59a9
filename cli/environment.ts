import type { Clients } from '../rule/aws/clients.ts';
import type { Clock } from '../rule/clock.ts';
import type { Build } from './build.ts';
import type { RegionNeed } from './clients.ts';
import type { TerminalStyle } from './terminal/style.ts';

/** The world around a command. */
export interface CommandEnvironment {
  readonly clock: Clock;
  /** Creates the clients of AWS. Throws CredentialsError, which says what to set. */
  readonly connect: (region: RegionNeed) => Promise<Clients>;
  /** Reads what this build would deploy. */
  readonly readBuild: () => Promise<Build>;
  /** Reads a file's bytes; `-` is standard input. */
  readonly readFile: (name: string) => Promise<Uint8Array>;
  readonly writeFile: (name: string, text: Iterable<string>) => Promise<void>;
  /** Writes the result to standard output. */
  readonly write: (text: Iterable<string>) => Promise<void>;
  /** Writes a line to standard error. */
  readonly tell: (line: string) => void;
  /** Asks a question on standard error; absent if stdin is not a terminal. */
  readonly ask?: (question: string) => Promise<string>;
  readonly style: TerminalStyle;
  /** The columns of the terminal on standard output; null if it is not a terminal. */
  readonly width: number | null;
}

/** 0: nothing is left to do; 1: something is left to do; 2: something, or everything, failed. Each command's help says more. */
export type ExitCode = 0 | 1 | 2;
