import type { Assessment } from './assess-user.ts';
import type { User } from './credentials.ts';
import { millisecondsPerDay } from './instant.ts';
import { denyAllPolicyName } from './names.ts';
import type { RevocationLimits } from './revocation-limits.ts';
import {
  type Changes,
  type Decision,
  decide,
  findSafeguard,
  planChanges,
  type RevocationOptions,
} from './revocation-plan.ts';
import { describeIdle, nameOf } from './revocation-record.ts';

/** The parameters of the document that retires. */
export interface RetirementOptions {
  readonly removeGroups: boolean;
  /** Attached and inline policies. */
  readonly detachPolicies: boolean;
  readonly deactivateMfaDevices: boolean;
  readonly dryRun: boolean;
}

/** The outcomes of a plan. The document changes something only on `Retire`. */
export const retirementOutcomes = [
  'Refused',
  'Gone',
  'Protected',
  'Exempt',
  'NotInactive',
  'NothingDue',
  'TooManyPolicies',
  'Paused',
  'NotYet',
  'LimitReached',
  'DryRun',
  'Wait',
  'Retire',
] as const;
export type RetirementOutcome = (typeof retirementOutcomes)[number];

/** The outcome of a retirement's plan. */
export type RetirementDecision = Decision<RetirementOutcome>;

/** The deployment's limits are the options. A retirement deletes no access key, whatever they allow. */
export function limitsOfRetirement(
  { options }: RevocationLimits,
  { dryRun }: RetirementOptions,
): RevocationOptions {
  const withoutDeletion = (action: RevocationOptions['accessKeyAction']) =>
    action === 'Delete' ? 'Deactivate' : action;
  return {
    ...options,
    accessKeyAction: withoutDeletion(options.accessKeyAction),
    neverUsedAccessKeyAction: withoutDeletion(options.neverUsedAccessKeyAction),
    dryRun,
  };
}

/** Plans the revocation of every usable credential, whatever the rule's scope. */
export function planRetirementOf(assessment: Assessment, limits: RevocationOptions): Changes {
  return planChanges({ ...assessment, due: assessment.credentials }, limits);
}

/**
 * Why the user is not retired, independent of the pause, the dates and the credential report, or null. A user
 * without credentials is retired only to complete an earlier retirement of theirs.
 */
export function findObstacle(
  user: User,
  assessment: Assessment,
  { minimumIdleDays }: RevocationOptions,
  retiredBefore: boolean,
): RetirementDecision | null {
  const safeguard = findSafeguard(user, assessment);
  if (safeguard !== null) return safeguard;
  const { category, credentials } = assessment;
  if (category === 'no-credentials' && retiredBefore) return null;
  if (category !== 'inactive-user') {
    const used = credentials.filter(({ unused }) => !unused);
    const inUse = used.map((each) => `${nameOf(each)} ${describeIdle(each)}`).join(', ');
    return decide(
      'NotInactive',
      `the user's category is ${category}; only a user of category inactive-user can be retired, which means that all usable credentials are unused` +
        (used.length === 0 ? '' : `; not unused for long enough: ${inUse}`),
    );
  }
  const recent = credentials.find(({ idle }) => idle < minimumIdleDays * millisecondsPerDay);
  if (recent === undefined) return null;
  return decide(
    'NotInactive',
    `${nameOf(recent)} is idle for less than MinimumIdleDays (${minimumIdleDays})`,
  );
}

/**
 * The decision for a user who already has as many managed policies as IAM allows, so that AWSDenyAll cannot be
 * attached first.
 */
export function decideOnFullQuota(userName: string, quota: number): RetirementDecision {
  return decide(
    'TooManyPolicies',
    `user ${userName} has ${quota} attached policies, as many as IAM allows in this account, so ${denyAllPolicyName} cannot be attached; ` +
      'detach a policy by hand (a restoration does not attach it again), or have AWS raise the quota "Managed policies attached to an IAM user" in Service Quotas, to at most 20; then run the document again',
  );
}
