import type { LocalUser } from '../../local-aws/account.ts';
import { denyAllPolicyName } from '../../rule/core/names.ts';
import type { RetiredPermissions } from '../../rule/core/retired-permissions.ts';
import { checkParts } from '../../rule/formats/retired-permissions.ts';
import {
  type RevocationCase,
  recordsIn,
  startCase as startRevocation,
  usable,
} from './revocation-case.ts';

export const everything = {
  RemoveGroups: 'true',
  DetachPolicies: 'true',
  DeactivateMfaDevices: 'true',
};

export const teamPolicy = 'arn:aws:iam::123456789012:policy/team/Deploy';
export const mfaDevice = 'arn:aws:iam::123456789012:mfa/frank';

/** Policies of frank. The document's white space and order must survive. */
export const inlinePolicies = [
  {
    name: 'odd',
    document: `{"Version":"2012-10-17","Statement":[{"Sid":"${'é'.repeat(1500)}"}]}`,
  },
  {
    name: 's3',
    document: '{ "Version": "2012-10-17",\n  "Statement": [ { "Effect": "Allow" } ] }',
  },
];

/** What frank has besides credentials. */
export const permissions: Partial<LocalUser> = {
  path: '/people/',
  groups: ['admins', 'developers'],
  attachedPolicies: [teamPolicy, 'ReadOnlyAccess'],
  inlinePolicies,
  mfaDevices: [{ serialNumber: mfaDevice, enableDate: 0 }],
  permissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess',
  tags: [{ Key: 'team', Value: 'blue' }],
};

/** The inactive user frank, with permissions. */
export async function startCase(
  rest: Partial<LocalUser> = {},
  inputParameters: Record<string, string> = {},
): Promise<RevocationCase> {
  const started = await startRevocation(
    { ...structuredClone(permissions), ...rest },
    inputParameters,
  );
  const { account } = started;
  account.groups = new Map(
    ['admins', 'developers'].map((name) => [name, { path: '/', createDate: 0 }]),
  );
  account.customerPolicies = new Map([[teamPolicy, { createDate: 0 }]]);
  return started;
}

/** What a user can use and has, as short texts, without the deny. */
export function held(user: LocalUser): string[] {
  const { groups = [], attachedPolicies = [], inlinePolicies: inline = [], mfaDevices = [] } = user;
  return [
    ...usable(user),
    ...groups,
    ...attachedPolicies.filter((name) => name !== denyAllPolicyName),
    ...inline.map(({ name }) => name),
    ...mfaDevices.map(({ serialNumber }) => serialNumber),
  ];
}

export const isDenied = ({ attachedPolicies = [] }: LocalUser) =>
  attachedPolicies.includes(denyAllPolicyName);

/** What a retirement removed according to its record, whose parts must be complete. */
export function removedBy({ account }: RevocationCase, executionId: string): RetiredPermissions {
  const record = recordsIn(account).find((each) => each.record.executionId === executionId)?.record;
  const parameters = [...account.parameters]
    .filter(([name]) => name.includes('/retirements/') && name.includes(executionId))
    .map(([name, { versions }]) => ({
      name,
      versions: versions.map(({ version, value, user: writer }) => ({ version, value, writer })),
    }));
  const place = { partition: 'aws', accountId: account.accountId, region: 'us-east-1' };
  const owner = { ...place, userId: record?.userId ?? '' };
  const retirement = record?.retirement ?? { denyAttached: false, parts: [] };
  const { permissions: removed, damaged } = checkParts(parameters, retirement, owner);
  if (damaged.length > 0) throw new Error(`Not genuine: ${JSON.stringify(damaged)}`);
  return removed;
}
