import { onTestFinished } from 'vitest';
import {
  createAccount,
  groupId,
  type LocalAccount,
  type LocalUser,
  policyId,
} from '../../local-aws/account.ts';
import type { RetiredPermissions } from '../../rule/core/retired-permissions.ts';
import type { RevocationRecord } from '../../rule/core/revocation-record.ts';
import { encodeRecord } from '../../rule/formats/record-codec.ts';
import { encodePermissions } from '../../rule/formats/retired-permissions.ts';
import { user } from '../builders/account.ts';
import { type LocalRemediation, startRemediation } from '../builders/remediation.ts';
import { recordOf, unused } from './restoration-case.ts';

/** The session in which the retirement's role writes its records. */
export const retireSession =
  'arn:aws:sts::123456789012:assumed-role/UnusedIamCredentials-Retire-us-east-1/Automation-x';

export const retirementId = '77777777-2222-4333-8444-555555555555';

const awsPolicy = (name: string) => `arn:aws:iam::aws:policy/${name}`;

/** A retired user, and the user as before. */
export interface RetiredCase {
  readonly local: LocalRemediation;
  readonly account: LocalAccount;
  readonly frank: LocalUser;
  readonly before: LocalUser;
  readonly recordName: string;
}

/** What the retirement does and writes. */
export interface Retiring {
  readonly executionId?: string;
  readonly denyAttached?: boolean;
  /** By default all that the user has. */
  readonly removes?: Partial<RetiredPermissions>;
  readonly applied?: boolean;
  /** Whether it stopped after its records, before any change. */
  readonly changesNothing?: boolean;
}

/** A user with everything that a retirement removes. */
export async function retired(
  partial: Partial<LocalUser> = {},
  retiring: Retiring = {},
): Promise<RetiredCase> {
  const account = createAccount();
  const frank = userWithPermissions(account, partial);
  const before = structuredClone(frank);
  const local = await startRemediation(account);
  onTestFinished(local.close);
  const recordName = retire(local, frank, retiring);
  // Until then, reads of IAM may show the state before the retirement.
  local.now += 11 * 60_000;
  return { local, account, frank, before, recordName };
}

/** Adds a user of few permissions, and the groups and policies of their account. */
export function userWithPermissions(
  account: LocalAccount,
  partial: Partial<LocalUser> = {},
): LocalUser {
  const document = '{ "Version": "2012-10-17",\n  "Statement": [] }';
  const frank = user(account, 'frank', {
    ...unused(),
    groups: ['admins', 'readers'],
    attachedPolicies: ['ReadOnlyAccess', 'arn:aws:iam::123456789012:policy/team/Books'],
    inlinePolicies: [{ name: 'own', document }],
    mfaDevices: [{ serialNumber: 'arn:aws:iam::123456789012:mfa/frank', enableDate: 0 }],
    ...partial,
  });
  const { groups = [], attachedPolicies = [] } = frank;
  account.groups = new Map(groups.map((name) => [name, { path: '/', createDate: 0 }]));
  const own = attachedPolicies.filter((each) => each.startsWith('arn:'));
  account.customerPolicies = new Map(own.map((arn) => [arn, { createDate: 0 }]));
  return frank;
}

/** Writes the records of a retirement and takes what they say. Returns the name of the record. */
export function retire(
  { aws, account, now }: LocalRemediation,
  frank: LocalUser,
  retiring: Retiring = {},
): string {
  const { executionId = retirementId, denyAttached = true, applied = true } = retiring;
  const removed: RetiredPermissions = {
    groups: (frank.groups ?? []).map((name) => ({ name, id: groupId(account, name) })),
    attachedPolicies: (frank.attachedPolicies ?? []).map((each) =>
      each.startsWith('arn:')
        ? { arn: each, id: policyId(account, each) }
        : { arn: awsPolicy(each), id: null },
    ),
    inlinePolicies: frank.inlinePolicies ?? [],
    mfaDevices: (frank.mfaDevices ?? []).map(({ serialNumber }) => serialNumber),
    ...retiring.removes,
  };
  const write = (Name: string, Value: string) => {
    const input = { Name, Value, Type: 'String' };
    const request = { service: 'ssm', operation: 'PutParameter', input, caller: retireSession };
    aws.perform(request);
  };
  const { texts, parts } = encodePermissions(removed);
  for (const [index, text] of texts.entries()) {
    const path = `/unused-iam-credentials/retirements/${frank.userId}/${executionId}`;
    write(`${path}/${index + 1}`, text);
  }
  const name = recordOf(frank, executionId);
  const record: RevocationRecord = {
    ...{ schemaVersion: 1, name, accountId: account.accountId, executionId },
    ...{ userId: frank.userId, userName: frank.userName, ruleName: 'unused-iam-credentials' },
    recordedAt: Math.floor(now / 1000) * 1000,
    credentials: credentialsOf(frank),
    retirement: { denyAttached, parts },
  };
  write(name, encodeRecord(record));
  if (applied) account.parameters.get(name)?.tags.set('applied', '2026-11-21T06:30:00Z');
  if (retiring.changesNothing !== true) take(frank, removed, denyAttached);
  return name;
}

function credentialsOf({ loginProfile, accessKeys }: LocalUser): RevocationRecord['credentials'] {
  const reason = 'used 2026-08-13 (100 days, limit 45)';
  const keys = accessKeys
    .filter(({ status }) => status === 'Active')
    .map(({ accessKeyId: id, createDate: created }) => {
      return { type: 'access-key', id, action: 'Deactivate', created, reason } as const;
    });
  if (loginProfile === undefined) return keys;
  const { createDate: created } = loginProfile;
  return [...keys, { type: 'password', id: null, action: 'Delete', created, reason }];
}

function take(frank: LocalUser, removed: RetiredPermissions, denyAttached: boolean): void {
  const left = <T>(all: readonly T[] | undefined, isRemoved: (one: T) => boolean) =>
    (all ?? []).filter((one) => !isRemoved(one));
  frank.groups = left(frank.groups, (name) => removed.groups.some((each) => each.name === name));
  frank.attachedPolicies = [
    ...left(frank.attachedPolicies, (each) =>
      removed.attachedPolicies.some(({ arn }) => arn === each || arn === awsPolicy(each)),
    ),
    ...(denyAttached ? ['AWSDenyAll'] : []),
  ];
  frank.inlinePolicies = left(frank.inlinePolicies, ({ name }) =>
    removed.inlinePolicies.some((each) => each.name === name),
  );
  frank.mfaDevices = left(frank.mfaDevices, ({ serialNumber }) =>
    removed.mfaDevices.includes(serialNumber),
  );
  frank.loginProfile = undefined;
  for (const key of frank.accessKeys) key.status = 'Inactive';
}
