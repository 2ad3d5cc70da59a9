/** What a check can come to: all is well; worth knowing; to be mended; could not be looked at. */
export const checkStates = ['ok', 'warning', 'wrong', 'unchecked'] as const;
export type CheckState = (typeof checkStates)[number];

/** What a check came to. */
export interface Finding {
  readonly state: CheckState;
  /** What was found. It may hold text of AWS, which nobody has made safe for a terminal yet. */
  readonly finding: string;
  /** The command or the place that mends it; null where nothing is to be mended. */
  readonly remedy: string | null;
}

/** Takes what was found. Gives back that all is well. */
export function ok(finding: string): Finding {
  return { state: 'ok', finding, remedy: null };
}

/** Takes what is worth knowing, and what can be done. */
export function warning(finding: string, remedy: string): Finding {
  return { state: 'warning', finding, remedy };
}

/** Takes what is wrong, and what mends it. */
export function wrong(finding: string, remedy: string): Finding {
  return { state: 'wrong', finding, remedy };
}

/** Takes why a check could not be carried out, and what helps. */
export function unchecked(
  finding: string,
  remedy = 'mend that and run doctor again; docs/operations.md lists what it must be allowed to do',
): Finding {
  return { state: 'unchecked', finding, remedy };
}

/**
 * Takes all that one check found fault with, and what to say where that is nothing. Gives back one finding: as
 * bad as the worst, in all their words, each remedy once.
 */
export function conclude(faults: readonly Finding[], well: string): Finding {
  if (faults.length === 0) return ok(well);
  const worst = faults.map(({ state }) => checkStates.indexOf(state));
  const remedies = new Set(faults.flatMap(({ remedy }) => (remedy === null ? [] : [remedy])));
  return {
    state: checkStates[Math.max(...worst)] ?? 'unchecked',
    finding: faults.map(({ finding }) => finding).join('; '),
    remedy: [...remedies].join('; '),
  };
}
