import {
  GetGroupCommand,
  GetPolicyCommand,
  GetUserPolicyCommand,
  type IAMClient,
  paginateListAttachedUserPolicies,
  paginateListGroupsForUser,
} from '@aws-sdk/client-iam';
import { denyAllPolicyArn } from '../core/names.ts';
import type { OutstandingRecord } from '../core/restoration-plan.ts';
import { type Permission, permissionName, permissionsOf } from '../core/restored-permissions.ts';
import type { CurrentPermissions } from '../core/retired-permissions.ts';
import { all, call, eachItem, orNull, required } from './call.ts';

/**
 * What the user of that name has of the permissions that the records list, and which of the rest no longer exist.
 * Undefined if no record is of a retirement. IAM reads by name: the caller must confirm afterwards whose name it is.
 */
export async function readPermissions(
  iam: IAMClient,
  userName: string,
  records: readonly OutstandingRecord[],
  partition: string,
): Promise<CurrentPermissions | undefined> {
  if (records.every(({ record }) => record.retirement === undefined)) return undefined;
  const recorded = new Map(
    records.flatMap(permissionsOf).map((each) => [permissionName(each), each]),
  );
  const groups = new Set(await listGroups(iam, userName));
  const policies = new Set(await listAttachedPolicies(iam, userName));
  const inlinePolicies = new Map<string, string>();
  const gone = new Set<string>();
  for (const [name, permission] of recorded) {
    const { kind, id } = permission;
    if (kind === 'inline policy') {
      const document = await readInlinePolicy(iam, userName, id);
      if (document !== null) inlinePolicies.set(id, document);
    } else {
      const isHeld = kind === 'group' ? groups.has(id) : policies.has(id);
      if (!isHeld && !(await isAvailable(iam, permission))) gone.add(name);
    }
  }
  const deniesAll = policies.has(denyAllPolicyArn(partition));
  return { groups, policies, inlinePolicies, gone, deniesAll };
}

function listGroups(iam: IAMClient, userName: string): Promise<string[]> {
  const input = { UserName: userName };
  return all(
    eachItem(iam, paginateListGroupsForUser, input, ({ Groups }) =>
      required(Groups, 'Groups').map(({ GroupName }) => required(GroupName, 'GroupName')),
    ),
  );
}

/** The ARNs of the managed policies attached to a user. */
function listAttachedPolicies(iam: IAMClient, userName: string): Promise<string[]> {
  const input = { UserName: userName };
  return all(
    eachItem(iam, paginateListAttachedUserPolicies, input, ({ AttachedPolicies }) =>
      required(AttachedPolicies, 'AttachedPolicies').map(({ PolicyArn }) =>
        required(PolicyArn, 'PolicyArn'),
      ),
    ),
  );
}

/** The text of a user's inline policy as IAM keeps it, or null. */
function readInlinePolicy(
  iam: IAMClient,
  userName: string,
  policyName: string,
): Promise<string | null> {
  const command = new GetUserPolicyCommand({ UserName: userName, PolicyName: policyName });
  const answer = call(iam, command, ({ PolicyDocument }) =>
    decodeURIComponent(required(PolicyDocument, 'PolicyDocument')),
  );
  return orNull(answer, 'NoSuchEntityException');
}

/** Whether a group exists, or a managed policy exists and can be attached. */
async function isAvailable(iam: IAMClient, { kind, id }: Permission): Promise<boolean> {
  if (kind === 'group') {
    const command = new GetGroupCommand({ GroupName: id, MaxItems: 1 });
    return (await orNull(call(iam, command), 'NoSuchEntityException')) !== null;
  }
  const answer = call(iam, new GetPolicyCommand({ PolicyArn: id }), ({ Policy }) =>
    required(Policy, 'Policy'),
  );
  const policy = await orNull(answer, 'NoSuchEntityException');
  return policy !== null && policy.IsAttachable !== false;
}
