import {
  GetAccountSummaryCommand,
  GetPolicyCommand,
  GetUserPolicyCommand,
  type IAMClient,
  paginateListAttachedUserPolicies,
  paginateListGroupsForUser,
  paginateListMFADevices,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam';
import { isAwsManaged } from '../core/arns.ts';
import type {
  InlinePolicy,
  RetiredGroup,
  RetiredPermissions,
  RetiredPolicy,
} from '../core/retired-permissions.ts';
import { all, call, eachItem, orNull, required } from './call.ts';
import { findByUniqueId, type NotFound } from './iam-credentials.ts';
import { listUserNames, readUser } from './iam-users.ts';

/** Which permissions to read; attached policies are always read. */
export interface WantedPermissions {
  readonly groups: boolean;
  /** Whether to read the unique IDs of attached policies. */
  readonly policyIds: boolean;
  readonly inlinePolicies: boolean;
  readonly mfaDevices: boolean;
}

/**
 * The permissions of the user with this unique ID, who may have been renamed. Kinds that are not wanted are empty.
 */
export function readPermissions(
  iam: IAMClient,
  userId: string,
  likelyName: string,
  wanted: WantedPermissions,
): Promise<RetiredPermissions | NotFound> {
  // GetUser comes last: then everything read before belongs to the user (see readLiveUser).
  const read = async (userName: string): Promise<RetiredPermissions | null> => {
    const permissions = {
      groups: wanted.groups ? await listGroups(iam, userName) : [],
      attachedPolicies: await readAttachedPolicies(iam, userName, wanted.policyIds),
      inlinePolicies: wanted.inlinePolicies ? await readInlinePolicies(iam, userName) : [],
      mfaDevices: wanted.mfaDevices ? await listMfaDevices(iam, userName) : [],
    };
    const found = await readUser(iam, userName);
    return found?.identity.userId === userId ? permissions : null;
  };
  const readOrNull = (userName: string) => orNull(read(userName), 'NoSuchEntityException');
  return findByUniqueId(userId, likelyName, readOrNull, () => listUserNames(iam));
}

export function listGroups(iam: IAMClient, UserName: string): Promise<RetiredGroup[]> {
  const groups = eachItem(iam, paginateListGroupsForUser, { UserName }, ({ Groups }) =>
    required(Groups, 'Groups').map(({ GroupName, GroupId }) => ({
      name: required(GroupName, 'GroupName'),
      id: required(GroupId, 'GroupId'),
    })),
  );
  return all(groups);
}

async function readAttachedPolicies(
  iam: IAMClient,
  userName: string,
  withIds: boolean,
): Promise<RetiredPolicy[]> {
  const policies: RetiredPolicy[] = [];
  for (const arn of await listAttachedPolicies(iam, userName)) {
    if (!withIds || isAwsManaged(arn)) policies.push({ arn, id: null });
    else {
      const policy = await readPolicy(iam, arn);
      // A policy that was deleted since the list was read is no longer attached to the user.
      if (policy !== null) policies.push({ arn, id: policy.id });
    }
  }
  return policies;
}

/** How many managed policies a user of this account can have. */
export function readPolicyQuota(iam: IAMClient): Promise<number> {
  return call(iam, new GetAccountSummaryCommand({}), ({ SummaryMap }) =>
    required(SummaryMap?.AttachedPoliciesPerUserQuota, 'AttachedPoliciesPerUserQuota'),
  );
}

/** A managed policy; null if there is none of that ARN. */
export function readPolicy(
  iam: IAMClient,
  PolicyArn: string,
): Promise<{ readonly id: string; readonly isAttachable: boolean } | null> {
  const answer = call(iam, new GetPolicyCommand({ PolicyArn }), ({ Policy }) => {
    const { PolicyId, IsAttachable } = required(Policy, 'Policy');
    return { id: required(PolicyId, 'PolicyId'), isAttachable: IsAttachable !== false };
  });
  return orNull(answer, 'NoSuchEntityException');
}

/** The ARNs of the managed policies attached to a user. */
export function listAttachedPolicies(iam: IAMClient, UserName: string): Promise<string[]> {
  const policies = eachItem(
    iam,
    paginateListAttachedUserPolicies,
    { UserName },
    ({ AttachedPolicies }) =>
      required(AttachedPolicies, 'AttachedPolicies').map(({ PolicyArn }) =>
        required(PolicyArn, 'PolicyArn'),
      ),
  );
  return all(policies);
}

async function readInlinePolicies(iam: IAMClient, UserName: string): Promise<InlinePolicy[]> {
  const names = await all(
    eachItem(iam, paginateListUserPolicies, { UserName }, ({ PolicyNames }) =>
      required(PolicyNames, 'PolicyNames'),
    ),
  );
  const policies: InlinePolicy[] = [];
  for (const name of names) {
    const document = await readInlinePolicy(iam, UserName, name);
    // The user no longer has a policy that was deleted since the list was read.
    if (document !== null) policies.push({ name, document });
  }
  return policies;
}

/** The text of a user's inline policy as IAM keeps it; null if there is none of that name. */
export function readInlinePolicy(
  iam: IAMClient,
  UserName: string,
  PolicyName: string,
): Promise<string | null> {
  const command = new GetUserPolicyCommand({ UserName, PolicyName });
  const answer = call(iam, command, ({ PolicyDocument }) =>
    decodeURIComponent(required(PolicyDocument, 'PolicyDocument')),
  );
  return orNull(answer, 'NoSuchEntityException');
}

function listMfaDevices(iam: IAMClient, UserName: string): Promise<string[]> {
  const devices = eachItem(iam, paginateListMFADevices, { UserName }, ({ MFADevices }) =>
    required(MFADevices, 'MFADevices').map(({ SerialNumber }) =>
      required(SerialNumber, 'SerialNumber'),
    ),
  );
  return all(devices);
}
