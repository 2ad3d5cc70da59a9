import { type LocalUser, userArn } from '../../local-aws/account.ts';
import { renderCredentialReport } from '../../local-aws/services/iam.ts';
import { type Assessment, assessUser } from '../../rule/core/assess-user.ts';
import type { User } from '../../rule/core/credentials.ts';
import { parseRuleParameters } from '../../rule/core/rule-parameters.ts';
import { evidenceOf, readReport, rowCovers } from '../../rule/formats/credential-report.ts';
import { fromLive, fromReport, type LiveCredentials } from '../../rule/formats/user-snapshot.ts';
import type { GeneratedAccount } from './generate-users.ts';
import { naiveParameters } from './naive-parameters.ts';
import { type NaiveVerdict, naiveVerdict } from './naive-semantics.ts';
import { keysBySlot, slotsAreAmbiguous, withLaterRotation } from './slots.ts';

/** A user on whom not everyone agrees. */
export interface Difference extends Pick<GeneratedAccount, 'input'> {
  readonly now: string;
  readonly user: LocalUser;
  readonly expected: NaiveVerdict;
  readonly report: NaiveVerdict;
  readonly expectedLive: NaiveVerdict;
  readonly live: NaiveVerdict;
  /** Whether the live read finds more unused than is true: that would revoke credentials in use. */
  readonly stricter: boolean;
}

/** The outcome of judging an account three ways. */
export interface Comparison {
  /** The verdicts of the independent implementation, one for each user. */
  readonly verdicts: readonly NaiveVerdict[];
  /** Users with ambiguous slots whose credentials become unused later by a live read than in truth. */
  readonly exceptions: readonly LocalUser[];
  readonly differences: readonly Difference[];
}

/** Replacements by which a test makes the comparison fail. */
export interface Sabotage {
  readonly naive?: typeof naiveVerdict;
  readonly render?: typeof renderCredentialReport;
}

/**
 * Judges each user by the rule from the report, by the rule from a live read with the same report, and by the
 * independent statement. Throws what the rule throws: every generated user must be readable.
 */
export function judgeThreeWays(generated: GeneratedAccount, sabotage: Sabotage = {}): Comparison {
  const { account, input, now } = generated;
  const { naive = naiveVerdict, render = renderCredentialReport } = sabotage;
  const truthParameters = naiveParameters(input);
  const ruleParameters = parseRuleParameters(input);
  const report = readReport({ content: render(account), generatedAt: now });
  const verdicts: NaiveVerdict[] = [];
  const exceptions: LocalUser[] = [];
  const differences: Difference[] = [];

  for (const user of account.users) {
    const expected = naive(user, truthParameters, now);
    // The one documented exception: "where that is ambiguous, the later last_rotated counts for both".
    const expectedLive = slotsAreAmbiguous(user)
      ? naive(withLaterRotation(user), truthParameters, now)
      : expected;
    const identity = identityOf(user, userArn(account, user));
    const { row } = evidenceOf(report, identity);
    if (row === null) throw new Error(`${identity.arn} has no row`);
    const readLive = liveCredentials(user);
    if (!rowCovers(readLive, row, now)) throw new Error(`the row of ${identity.arn} lacks a date`);

    const judge = (judged: User) => verdictOf(assessUser(judged, ruleParameters, now), user);
    const byReport = judge(fromReport(identity, row));
    const live = judge(fromLive(identity, readLive, row));
    // The change-triggered path asks for no report if the live dates alone make nobody NON_COMPLIANT.
    const unasked = judge(fromLive(identity, readLive, null)).compliance === 'COMPLIANT';
    const stricter = isStricter(live, expected);
    verdicts.push(expected);
    if (
      !same(byReport, expected) ||
      !same(live, expectedLive) ||
      stricter ||
      (unasked && expected.compliance === 'NON_COMPLIANT')
    ) {
      const verdictsOn = { expected, report: byReport, expectedLive, live, stricter };
      differences.push({ input, now: new Date(now).toISOString(), user, ...verdictsOn });
    } else if (!same(live, byReport)) {
      exceptions.push(user);
    }
  }
  return { verdicts, exceptions, differences };
}

function identityOf(user: LocalUser, arn: string) {
  const { userName, userId, path, createDate } = user;
  const tags = user.tags.map(({ Key, Value }) => ({ key: Key, value: Value }));
  return { userName, userId, arn, path, createDate, tags };
}

function liveCredentials({
  passwordLastUsed,
  loginProfile,
  accessKeys,
}: LocalUser): LiveCredentials {
  return {
    passwordLastUsed,
    loginProfileCreateDate: loginProfile?.createDate ?? null,
    accessKeys: accessKeys.map(({ accessKeyId, status, createDate, lastUsed }) => {
      return { id: accessKeyId, status, createDate, lastUsed: lastUsed?.date };
    }),
  };
}

/** The report names keys by slot and IAM by ID: here all become IDs. */
function verdictOf(assessment: Assessment, user: LocalUser): NaiveVerdict {
  const { compliance, category, due, exemption } = assessment;
  const slots = keysBySlot(user);
  const names = due.map(({ type, id, slot }) => {
    if (type === 'password') return 'password';
    return id ?? (slot === null ? undefined : slots[slot - 1]?.accessKeyId) ?? 'unknown key';
  });
  return {
    compliance,
    category,
    due: names.sort(),
    exempt: category === 'exempt',
    exemption: exemption.kind === 'refused' ? exemption.reason : exemption.kind,
  };
}

function same(one: NaiveVerdict, other: NaiveVerdict): boolean {
  return (
    one.compliance === other.compliance &&
    one.category === other.category &&
    one.exempt === other.exempt &&
    one.exemption === other.exemption &&
    one.due.join() === other.due.join()
  );
}

function isStricter(live: NaiveVerdict, truth: NaiveVerdict): boolean {
  return (
    (live.compliance === 'NON_COMPLIANT' && truth.compliance === 'COMPLIANT') ||
    live.due.some((credential) => !truth.due.includes(credential))
  );
}
