import { formatInstant, type Instant } from '../core/instant.ts';
import { secretName } from '../core/names.ts';
import {
  type JustRestored,
  type OutstandingRecord,
  type RestorationPlan,
  recordsGivingBack,
} from '../core/restoration-plan.ts';
import { nameOf, type RevocationRecord } from '../core/revocation-record.ts';
import { describeRefusal, describeRestored } from './messages.ts';
import type { RestorationRequest } from './remediation-request.ts';
import { type Answer, none } from './revocation-answer.ts';

type VerifyRequest = Extract<RestorationRequest, { mode: 'verify' }>;

/** What a plan to restore came to. */
export interface PlannedRestoration {
  readonly userId: string;
  readonly userName: string;
  readonly now: Instant;
  readonly plan: RestorationPlan;
  /** The revocation that was asked for; null for all. */
  readonly revocationId: string | null;
  readonly records: readonly RevocationRecord[];
  /** Names of records that hold nothing more to restore. */
  readonly settled: readonly string[];
  readonly exemptionTag: string;
  readonly exemptUntil: string;
  /** The rule's name, where there is no such rule. */
  readonly ruleMissing: string | null;
}

const nothing = {
  ToRestore: [],
  NotRestored: [],
  ...{ ExemptionTag: none, ExemptUntil: none },
  ...{ FirstAccessKeyAction: none, FirstAccessKeyId: none },
  ...{ SecondAccessKeyAction: none, SecondAccessKeyId: none },
  ...{ PasswordAction: none, PasswordRecord: none },
  ...{ MarkRecords: 'No', SettledRecords: [] },
  ...{ Subject: none, Message: none },
} as const;

/** Takes a user who is gone; gives back the answer. */
export function toGoneAnswer(userId: string, now: Instant): Answer {
  const Reason = `no IAM user has the ID ${userId} any more`;
  return { ...nothing, Outcome: 'Gone', Reason, UserName: none, PlannedAt: formatInstant(now) };
}

/** Takes who was to get something back, and why nothing may be; gives back the answer with the alert. */
export function toRefusedAnswer(
  userId: string,
  accountId: string,
  userName: string,
  reason: string,
  now: Instant,
): Answer {
  const alert = describeRefusal(userId, accountId, reason, now);
  const said = { Outcome: 'Refused', Reason: reason, UserName: userName };
  return { ...nothing, ...said, PlannedAt: formatInstant(now), ...alert };
}

/** Takes a plan; gives back the answer: `Restore`, or `NothingRestorable` and why. */
export function toRestorationAnswer(planned: PlannedRestoration): Answer {
  const { accessKeyIds, passwordRecord, notRestored } = planned.plan;
  const [first, second] = accessKeyIds;
  const toRestore = [
    ...accessKeyIds.map((id) => nameOf({ type: 'access-key', id })),
    ...(passwordRecord === null ? [] : ['password (a new one)']),
  ];
  const common = {
    ...nothing,
    UserName: planned.userName,
    PlannedAt: formatInstant(planned.now),
    ToRestore: toRestore,
    NotRestored: notRestored,
    MarkRecords: planned.settled.length > 0 ? 'Yes' : 'No',
    SettledRecords: planned.settled,
  };
  if (toRestore.length === 0) {
    return { ...common, Outcome: 'NothingRestorable', Reason: whyNothing(planned) };
  }
  const missing =
    planned.ruleMissing === null
      ? ''
      : `; no valid AWS Config rule ${planned.ruleMissing} says how to exempt, so that the default exemption tag is used`;
  return {
    ...common,
    Outcome: 'Restore',
    Reason: `${toRestore.join(', ')}; exempt until ${planned.exemptUntil}${missing}`,
    ExemptionTag: planned.exemptionTag,
    ExemptUntil: planned.exemptUntil,
    ...{ FirstAccessKeyAction: first === undefined ? none : 'Reactivate' },
    ...{ SecondAccessKeyAction: second === undefined ? none : 'Reactivate' },
    ...{ FirstAccessKeyId: first ?? none, SecondAccessKeyId: second ?? none },
    PasswordAction: passwordRecord === null ? none : 'Issue',
    PasswordRecord: passwordRecord?.name ?? none,
  };
}

function whyNothing({ plan, records, revocationId }: PlannedRestoration): string {
  if (records.length === 0) return 'the user has no outstanding record';
  const asked = records.filter(({ executionId }) => revocationId === executionId);
  if (revocationId !== null && asked.length === 0) {
    return `the user has no outstanding record of revocation ${revocationId}`;
  }
  return plan.notRestored.join('; ');
}

/** What the verification of a restoration found. */
export interface VerifiedRestoration {
  readonly userName: string;
  readonly accountId: string;
  readonly restored: JustRestored;
  /** Names of what was to be restored and cannot be used. */
  readonly left: readonly string[];
  readonly records: readonly OutstandingRecord[];
  /** Names of records that hold nothing more to restore. */
  readonly settled: readonly string[];
  readonly now: Instant;
}

/**
 * Takes what was to be restored, and what verification found; gives back the answer: what was given back is
 * marked, credential by credential, also where something else is left and the execution has to fail.
 */
export function toRestoredAnswer(request: VerifyRequest, found: VerifiedRestoration): Answer {
  const { userId, passwordAction, passwordRecord, exemptUntil } = request;
  const { userName, accountId, restored, left, records, settled, now } = found;
  const executionId = passwordRecord?.split('/').at(-1) ?? '';
  const names = [
    ...restored.accessKeyIds.map((id) => nameOf({ type: 'access-key', id })),
    ...(restored.password ? ['password (a new one)'] : []),
  ];
  const othersIssued = passwordAction === 'Issue' && !restored.password && left.length === 0;
  const notRestored = othersIssued
    ? ['password: somebody else issued one meanwhile; it was left alone']
    : left.map((name) => `${name}: cannot be used; see the failed step`);
  const mark = (step: string, name: string | null) => {
    const holding = name === null ? [] : recordsGivingBack(records, restored, name);
    return { [`Mark${step}`]: holding.length > 0 ? 'Yes' : 'No', [`${step}Records`]: holding };
  };
  return {
    Outcome: left.length === 0 ? 'Restored' : 'Incomplete',
    Reason:
      left.length === 0
        ? 'everything that was to be restored can be used'
        : `Not restored of user ${userName} (${userId}): ${left.join(', ')}. A step before this one failed, or had ` +
          'no effect; see its message, mend the cause and run again',
    Restored: names,
    NotRestored: notRestored,
    ...mark('FirstAccessKey', request.firstAccessKeyId),
    ...mark('SecondAccessKey', request.secondAccessKeyId),
    ...mark('Password', 'password'),
    MarkRecords: settled.length > 0 ? 'Yes' : 'No',
    SettledRecords: settled,
    VerifiedAt: formatInstant(now),
    ...describeRestored({
      ...{ userName, userId, accountId, restored: names, notRestored, exemptUntil },
      secretName: restored.password ? secretName(userId, executionId) : null,
    }),
  };
}
