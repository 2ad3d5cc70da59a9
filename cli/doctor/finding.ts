import pMap from 'p-map';
import { documentNames, functionNames, prefix } from '../../rule/core/names.ts';
import { describeFailure } from '../terminal/style.ts';

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

/** The checks of each function, by the function's name. */
export const functionChecks = new Map<string, string>(
  Object.values(functionNames).map((name) => [name, `function-${name.slice(prefix.length + 1)}`]),
);

/** The checks of each document, by the document's name. */
export const documentChecks = new Map<string, string>([
  [documentNames.revoke, 'document-revoke'],
  [documentNames.restore, 'document-restore'],
]);

/** A check by its stable ID, and what it came to. */
export interface CheckResult extends Finding {
  readonly id: string;
}

/** What was read, or why it could not be. */
export type Reading<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'failed'; readonly why: string };

/** At the same time (reads). */
const concurrency = 4;

type Reads = Readonly<Record<string, () => Promise<unknown>>>;

/** What came of reads, by their names. */
export type Readings<Of extends Reads> = {
  readonly [Name in keyof Of]: Reading<Awaited<ReturnType<Of[Name]>>>;
};

/** Takes something to read. Gives back what came of it. Throws nothing. */
export async function attempt<Value>(read: () => Promise<Value>): Promise<Reading<Value>> {
  try {
    return { kind: 'read', value: await read() };
  } catch (error) {
    return { kind: 'failed', why: describeFailure(error) };
  }
}

/** Takes what to read, by name. Gives back what came of each: one that fails keeps none of the others from being read. */
export async function attemptAll<Of extends Reads>(reads: Of): Promise<Readings<Of>> {
  const readings = await pMap(
    Object.entries(reads),
    async ([name, read]) => [name, await attempt(read)] as const,
    { concurrency },
  );
  return Object.fromEntries(readings) as Readings<Of>;
}

/** Takes a reading and a judgement of what was read. Gives back the judgement, or that it could not be made. */
export function judge<Value>(
  reading: Reading<Value>,
  judgement: (value: Value) => Finding,
): Finding {
  return reading.kind === 'read' ? judgement(reading.value) : unchecked(reading.why);
}

/** Takes a reading; gives back what was read, or null. */
export function readOf<Value>(reading: Reading<Value>): Value | null {
  return reading.kind === 'read' ? reading.value : null;
}

/** The stack that holds everything in one account and Region. */
const stack = 'UnusedIamCredentials';

/** For what is missing, or not as deployed. */
export const redeploy = `deploy the stack ${stack} of this version`;

/** For what is of another version. */
export const align = `${redeploy}, or use the command line of the deployed version`;

/** Takes a stack parameter; gives back where it is set. */
export function setParameter(name: string): string {
  return `update the stack ${stack} with the right ${name}`;
}

/** Takes a function's name; gives back where its log is. */
export function readLog(functionName: string): string {
  return `read its log: Lambda → Functions → ${functionName} → Monitor → View CloudWatch logs`;
}

/** Takes a name that AWS answered. Gives it back where it can stand in a command that somebody copies, else `<name>`. */
export function inCommand(name: string): string {
  return /^[\w/+=.@][\w/+=.@:-]*$/u.test(name) ? name : '<name>';
}
