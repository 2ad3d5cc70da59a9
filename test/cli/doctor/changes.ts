import type { LocalAccount, LocalFunction } from '../../../local-aws/account.ts';
import { ago } from '../../builders/account.ts';
import { remediationIn, ruleIn } from '../../builders/deployment.ts';
import { topicArn } from '../../builders/remediation.ts';
import { openDoctorCase } from './case.ts';

/** What is done to a healthy deployment; the check that notices; what it says, and how to mend it. */
export type Change = readonly [
  what: string,
  change: (account: LocalAccount) => void,
  id: string,
  finding: RegExp,
  /** Null where all is well. */
  remedy: RegExp | null,
];

/**
 * Takes changes, each of which only one check notices. Gives back rounds in which no check notices more than
 * one, so that a round takes one look at one account.
 */
export function inRounds(changes: readonly Change[]): { round: number; changes: Change[] }[] {
  const rounds: Change[][] = [];
  for (const change of changes) {
    const [, , id] = change;
    const free = rounds.find((others) => others.every((other) => other[2] !== id));
    if (free === undefined) rounds.push([change]);
    else free.push(change);
  }
  return rounds.map((ofRound, index) => ({ round: index + 1, changes: ofRound }));
}

/** Makes the changes in an account, and looks. Gives back the exit code, and what each check came to. */
export async function examineChanged(changes: readonly Change[]) {
  const { account, examine, close } = await openDoctorCase();
  for (const [, change] of changes) change(account);
  return examine().finally(close);
}

/** Sets what AWS Config tells of the rule’s evaluations, times in epoch ms. */
export const evaluated = (status: Record<string, string | number>) => (account: LocalAccount) => {
  ruleIn(account).evaluationStatus = status;
};
/** Changes what Lambda tells of the function that issues passwords. */
export const setFunction =
  (rest: Partial<LocalFunction>) =>
  ({ functions }: LocalAccount) => {
    const name = 'unused-iam-credentials-issue-password';
    functions?.set(name, { ...functions.get(name), ...rest });
  };
/** Sets a parameter of the remediation. */
export const setRemediation = (name: string, value: string) => (account: LocalAccount) => {
  remediationIn(account).parameters[name] = value;
};
/** Makes these the topic’s subscriptions. */
export const setSubscriptions =
  (...arns: string[]) =>
  ({ subscriptions }: LocalAccount) => {
    const list = arns.map((arn, index) => ({ arn, protocol: 'email', endpoint: `${index}@x.org` }));
    subscriptions?.set(topicArn, list);
  };
/** Changes the recorder. */
export const setRecorder =
  (rest: object) =>
  ({ config: { recorder } }: LocalAccount) => {
    if (recorder) Object.assign(recorder, rest);
  };
/** Adds the secret of a password that was issued nine days ago. */
export const secret =
  (rest: object) =>
  ({ secrets }: LocalAccount) => {
    const [name, arn] = ['unused-iam-credentials/AIDAX/e-1', 'arn:x'];
    secrets.set(name, { name, arn, tags: [], versions: [], createdAt: ago(9), ...rest });
  };
/** What mends most of it. */
export const deploys = /^deploy the stack UnusedIamCredentials of this version/u;
/** Where the function that evaluates says why it failed. */
export const log = /read its log: Lambda → Functions → unused-iam-credentials-evaluate/u;
