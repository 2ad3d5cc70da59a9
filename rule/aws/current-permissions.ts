import { GetGroupCommand, GetPolicyCommand, type IAMClient } from '@aws-sdk/client-iam';
import { denyAllPolicyArn } from '../core/names.ts';
import type { OutstandingRecord } from '../core/restoration-plan.ts';
import { type Permission, permissionName, permissionsOf } from '../core/restored-permissions.ts';
import type { CurrentPermissions } from '../core/retired-permissions.ts';
import { call, orNull, required } from './call.ts';
import { listAttachedPolicies, listGroups, readInlinePolicy } from './iam-permissions.ts';

/**
 * What the user of that name has of the permissions that the records list, and which of the rest no longer exist.
 * Undefined if no record is of a retirement. IAM reads by name: the caller must confirm afterwards whose name it is.
 */
export async function readCurrentPermissions(
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
