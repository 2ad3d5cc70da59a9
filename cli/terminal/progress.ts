import type { Clock } from '../../rule/clock.ts';
import { plain } from './style.ts';

/** A command that takes longer than this (milliseconds) tells what it is doing. */
const silence = 2_000;
/** Between two lines of progress (milliseconds). */
const interval = 1_000;

/** Tells a person what a command is doing. */
export interface Progress {
  /** Says what is going on from now on. */
  readonly report: (what: string) => void;
  readonly stop: () => void;
}

/**
 * Takes where to write lines and a clock. Gives back a progress that keeps quiet for two seconds, and
 * then writes what changes, a line a second: at once where the command computes, by a timer where it waits.
 */
export function startProgress(write: (line: string) => void, clock: Clock): Progress {
  let present = '';
  let written = '';
  let nextAt = clock.now() + silence;
  const show = () => {
    if (present === written || clock.now() < nextAt) return;
    nextAt = clock.now() + interval;
    written = present;
    write(`${plain(present)} …`);
  };
  const timer = setInterval(show, interval);
  return {
    report: (what) => {
      present = what;
      show();
    },
    stop: () => clearInterval(timer),
  };
}
