import type { Clock } from '../../rule/clock.ts';
import type { CommandEnvironment } from '../environment.ts';
import { plain } from './style.ts';

/** A command that takes longer than this (milliseconds) says what it is doing. */
const silence = 2_000;
/** Between two lines of progress (milliseconds). */
const interval = 1_000;

/** Says what a command is doing. */
export interface Progress {
  /** Sets what the command is doing from now on. */
  readonly report: (what: string) => void;
  readonly stop: () => void;
}

/** Writes nothing for two seconds, then at most one line a second, also while the command waits. */
export function startProgress(write: (line: string) => void, clock: Clock): Progress {
  let current = '';
  let written = '';
  let nextAt = clock.now() + silence;
  const show = () => {
    if (current === written || clock.now() < nextAt) return;
    nextAt = clock.now() + interval;
    written = current;
    write(`${plain(current)} …`);
  };
  const timer = setInterval(show, interval);
  return {
    report: (what) => {
      current = what;
      show();
    },
    stop: () => clearInterval(timer),
  };
}

/** Does work that may take long, and says so; the work reports what it is doing. */
export async function withProgress<Result>(
  { tell, clock }: Pick<CommandEnvironment, 'tell' | 'clock'>,
  what: string,
  work: (report: (what: string) => void) => Promise<Result>,
): Promise<Result> {
  const progress = startProgress(tell, clock);
  progress.report(what);
  try {
    return await work(progress.report);
  } finally {
    progress.stop();
  }
}
