import type { Clients } from '../rule/aws/clients.ts';
import type { Clock } from '../rule/clock.ts';
import type { Build } from './build.ts';
import type { TerminalStyle } from './terminal/style.ts';

/** What a command has of the world. */
export interface CommandEnvironment {
  readonly clock: Clock;
  readonly createClients: () => Promise<Clients<'iam' | 'config'>>;
  /** Makes the clients of revoke and restore, which need a Region; without it both are refused. */
  readonly createRemediationClients?: () => Promise<Clients<'iam' | 'config' | 'ssm'>>;
  /** Makes the clients of doctor, which need a Region; without it, or without readBuild, it is refused. */
  readonly createDoctorClients?: () => Promise<Clients>;
  /** Reads what this build would deploy. */
  readonly readBuild?: () => Promise<Build>;
  /** Reads a file's bytes; `-` is standard input. */
  readonly readFile: (name: string) => Promise<Uint8Array>;
  readonly writeFile: (name: string, text: Iterable<string>) => Promise<void>;
  /** Writes the result to standard output. */
  readonly write: (text: Iterable<string>) => Promise<void>;
  /** Writes a line to standard error. */
  readonly tell: (line: string) => void;
  /** Asks a person on standard error; absent where standard input is no terminal, so that nobody can answer. */
  readonly ask?: (question: string) => Promise<string>;
  readonly style: TerminalStyle;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
}

/** 0: all is well; 1: something is left to do; 2: something, or everything, failed. Each command's help says more. */
export type ExitCode = 0 | 1 | 2;
