import type { Clients } from '../../rule/aws/clients.ts';
import { readRule } from '../../rule/aws/config-rule.ts';
import { readCurrentPermissions } from '../../rule/aws/current-permissions.ts';
import { findUser } from '../../rule/aws/iam-credentials.ts';
import { findQuarantine } from '../../rule/aws/iam-users.ts';
import { readRecords } from '../../rule/aws/user-records.ts';
import { exemptUntil, findExemption } from '../../rule/core/exemption.ts';
import type { Instant } from '../../rule/core/instant.ts';
import { prefix } from '../../rule/core/names.ts';
import { stillRemoved } from '../../rule/core/permission-plan.ts';
import { nothingRestored, stillRevoked } from '../../rule/core/restoration-plan.ts';
import { fullyRestoredRecords } from '../../rule/core/restored-records.ts';
import { parseRuleParameters } from '../../rule/core/rule-parameters.ts';
import { describeForged, describeQuarantine } from '../../rule/formats/alerts.ts';
import {
  describeNotGivenBack,
  describeNotRestored,
  namesToRestore,
} from '../../rule/formats/restoration-answer.ts';
import {
  currentCredentials,
  fromLive,
  type UserIdentity,
} from '../../rule/formats/user-snapshot.ts';
import { planWithHistory } from '../../rule/handlers/plan-restoration/plan-with-history.ts';
import type { RestoreOutcome } from './outcome.ts';

/** What a restoration is given, as its document's parameters. */
type Parameters = Readonly<Record<string, string>>;

/** What a restoration depends on, other than the user and their records. */
export interface Circumstances {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
  /** Whether this deployment issues new passwords. */
  readonly issuesPasswords: boolean;
}

/** What a restoration would do. */
export interface DryPlan {
  readonly outcome: RestoreOutcome;
  /** Whether everything that was taken would work again. */
  readonly isWhole: boolean;
}

/**
 * Plans the restoration of a user as the function of the document does, with the same code, and starts nothing.
 * Throws AwsError, UserError and RuleParameterError.
 */
export async function planDry(
  { userId, userName }: Pick<UserIdentity, 'userId' | 'userName'>,
  parameters: Parameters,
  { iam, ssm, config }: Clients<'iam' | 'ssm' | 'config'>,
  { issuesPasswords, ...location }: Circumstances,
  now: Instant,
): Promise<DryPlan> {
  const nothing = {
    ...{ userName, userId, executionId: null, status: 'Success', reason: null, failure: null },
    ...{ failedSteps: [], restored: [], toRestore: [], notRestored: [], exemptUntil: null },
    ...{ remark: null, secretArn: null, passwordIssued: null, warning: null, settledRecords: [] },
  };
  const without = (outcome: string, reason: string | null): DryPlan => ({
    outcome: { ...nothing, outcome, reason },
    isWhole: false,
  });
  const refused = (reason: string) => without('Refused', reason);
  const live = await findUser(iam, userId, userName);
  if (live === null) return without('Gone', null);
  const quarantine = await findQuarantine(iam, userName);
  if (quarantine !== null) return refused(describeQuarantine(quarantine));
  const { outstanding, closed, forged } = await readRecords(ssm, { ...location, userId });
  if (forged.length > 0) return refused(forged.map(describeForged).join('; '));
  const { partition } = location;
  const current = {
    ...currentCredentials(live.credentials),
    permissions: await readCurrentPermissions(
      iam,
      userName,
      [...outstanding, ...closed],
      partition,
    ),
  };
  const options = { ...optionsOf(parameters), passwordsByHand: !issuesPasswords };
  const planned = await planWithHistory(outstanding, closed, current, options, ssm, now);
  const { plan, permissions, records } = planned;
  const toRestore = namesToRestore(plan, permissions);
  const notGiven = permissions?.notRestored ?? [];
  const { ConfigRuleName = prefix } = parameters;
  const rule = await readRule(config, ConfigRuleName, location);
  const limits = rule ?? parseRuleParameters({});
  const user = fromLive(live.identity, live.credentials, null);
  const days = Number(parameters['GraceDays']);
  const until = exemptUntil(findExemption(user, limits, now), days, limits.maxExemptionDays, now);
  const left = [...stillRevoked(plan.notRestored, current), ...stillRemoved(notGiven)];
  const isAnything = toRestore.length > 0;
  return {
    outcome: {
      ...nothing,
      outcome: isAnything ? 'DryRun' : 'NothingRestorable',
      reason: outstanding.length === 0 ? whyNothing(closed.length) : null,
      toRestore,
      notRestored: [...describeNotRestored(plan.notRestored), ...describeNotGivenBack(notGiven)],
      exemptUntil: isAnything ? until : null,
      settledRecords: fullyRestoredRecords(records, current, nothingRestored, now),
    },
    isWhole: isAnything && left.length === 0,
  };
}

function whyNothing(closed: number): string {
  const counted = closed === 0 ? '' : `; records marked as restored: ${closed}`;
  return `the user has no outstanding record${counted}`;
}

function optionsOf(parameters: Parameters) {
  const { RevocationId = 'All', AccessKeyId = 'Any', MaxRecordAgeDays } = parameters;
  return {
    revocationId: RevocationId === 'All' ? null : RevocationId,
    accessKeyId: AccessKeyId === 'Any' ? null : AccessKeyId,
    includeUnconfirmed: parameters['IncludeUnconfirmed'] === 'true',
    restorePassword: parameters['RestorePassword'] === 'true',
    maxRecordAgeDays: Number(MaxRecordAgeDays),
  };
}
