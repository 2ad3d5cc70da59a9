import type { Clients } from '../../rule/aws/clients.ts';
import type {
  DescribedRule,
  RemediationConfiguration,
  RuleLocation,
} from '../../rule/aws/config-rule.ts';
import type { DeployedFunction } from '../../rule/aws/lambda.ts';
import type { Clock } from '../../rule/clock.ts';
import { ExpectedError } from '../../rule/core/errors.ts';
import type { Instant } from '../../rule/core/instant.ts';
import type { RunLog } from '../execution/run-log.ts';
import type { Build } from './build.ts';

/** The results of a check, from good to bad: nothing to do; worth knowing; to be fixed; could not be checked. */
export const checkStates = ['ok', 'warning', 'wrong', 'unchecked'] as const;
type CheckState = (typeof checkStates)[number];

/** What a check found. */
export interface Finding {
  readonly state: CheckState;
  /** Can contain text from AWS that is not yet escaped for a terminal. */
  readonly finding: string;
  /** The command or the console page that fixes it; null if there is nothing to fix. */
  readonly remedy: string | null;
}

/** A check's stable ID, and what it found. */
export interface CheckResult extends Finding {
  readonly id: string;
}

/** What every check can use to judge what it read. */
export interface Circumstances {
  readonly ruleName: string;
  readonly now: Instant;
}

/** What checks read from. Reads that several checks share are made once. */
export interface Sources extends Circumstances {
  /** Whether a dry run is wanted. */
  readonly dryRun: boolean;
  /** The user of the dry run, by name, ARN or unique ID; undefined for any user. */
  readonly user: string | undefined;
  readonly clients: Clients;
  readonly region: string;
  readonly clock: Clock;
  /** Reports progress. */
  readonly report: (what: string) => void;
  /** Records what was started, for Ctrl-C. */
  readonly log: RunLog;
  /** What this version would deploy. Throws FileError. */
  readonly build: () => Promise<Build>;
  readonly rule: () => Promise<DescribedRule | null>;
  readonly remediation: () => Promise<RemediationConfiguration | null>;
  readonly deployedFunction: (name: string) => Promise<DeployedFunction | null>;
  /** The account, partition and Region of the deployment; null if no answer from AWS names the account. */
  readonly location: () => Promise<RuleLocation | null>;
  /** The result of a check that comes earlier in the list. */
  readonly resultOf: (id: string) => Promise<CheckResult>;
}

/** One check. An error of `read` makes it unchecked; an AggregateError counts as several. */
export interface Check<Value = unknown> {
  readonly id: string;
  read(sources: Sources): Promise<Value>;
  judge(value: Value, circumstances: Circumstances): Finding;
}

/** Awaits everything that a check reads. If several reads fail, rejects with an AggregateError of all failures. */
export async function readAll<First, Second>(
  first: Promise<First>,
  second: Promise<Second>,
): Promise<[First, Second]> {
  const reads = await Promise.allSettled([first, second]);
  const failures = reads.flatMap((read) => (read.status === 'rejected' ? [read.reason] : []));
  if (failures.length > 1) throw new AggregateError(failures);
  return Promise.all([first, second]);
}

export function ok(finding: string): Finding {
  return { state: 'ok', finding, remedy: null };
}

export function warning(finding: string, remedy: string): Finding {
  return { state: 'warning', finding, remedy };
}

export function wrong(finding: string, remedy: string): Finding {
  return { state: 'wrong', finding, remedy };
}

export function unchecked(
  finding: string,
  remedy = 'fix that and run doctor again; docs/operations.md lists the permissions that doctor needs',
): Finding {
  return { state: 'unchecked', finding, remedy };
}

/** Whether a function can read one of its variables, by the function's own reader. */
export function isReadable(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return false;
  }
}

/** Combines everything that one check found into the worst state, all findings, and each remedy once. */
export function conclude(faults: readonly Finding[], otherwise: string): Finding {
  if (faults.length === 0) return ok(otherwise);
  const states = faults.map(({ state }) => checkStates.indexOf(state));
  const remedies = new Set(faults.flatMap(({ remedy }) => (remedy === null ? [] : [remedy])));
  return {
    state: checkStates[Math.max(...states)] ?? 'unchecked',
    finding: faults.map(({ finding }) => finding).join('; '),
    remedy: [...remedies].join('; '),
  };
}

const stack = 'UnusedIamCredentials';

/** The remedy for something that is missing, or not as deployed. */
export const redeploy = `deploy the stack ${stack} of this version`;

/** The remedy for something of another version. */
export const align = `${redeploy}, or use the command line of the deployed version`;

/** The remedy for what someone changed outside the stack. Deploying the same template does not undo it. */
export const revert = `find out who did it in CloudTrail, then revert the drift of the stack ${stack} (docs/operations.md, What someone changed)`;

export const waitAMinute = 'wait a minute and run doctor again';

/** The states that end without help. */
export const passing = new Set(['Pending', 'Inactive', 'InProgress']);

/** The remedy for a wrong stack parameter. */
export function setParameter(name: string): string {
  return `update the stack ${stack} with the right ${name}`;
}

/** The remedy for an error that a function's log explains. */
export function readLog(functionName: string): string {
  return `read its log: Lambda → Functions → ${functionName} → Monitor → View CloudWatch logs`;
}

/** Returns a name from AWS if it is safe in a command that people copy, else `<name>`. */
export function inCommand(name: string): string {
  return /^[\w/+=.@][\w/+=.@:-]*$/u.test(name) ? name : '<name>';
}
