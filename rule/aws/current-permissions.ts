import { GetGroupCommand, type IAMClient } from '@aws-sdk/client-iam';
import { isAwsManaged } from '../core/arns.ts';
import { denyAllPolicyArn } from '../core/names.ts';
import { permissionsOf } from '../core/permission-plan.ts';
import type { OutstandingRecord } from '../core/restoration-plan.ts';
import { type CurrentPermissions, permissionName } from '../core/retired-permissions.ts';
import { call, orNull, required } from './call.ts';
import {
  listAttachedPolicies,
  listGroups,
  readInlinePolicy,
  readPolicy,
} from './iam-permissions.ts';

/**
 * Reads which of the recorded permissions the user of that name has, and which of the others no longer exist.
 * Resolves to undefined if no record is of a retirement. IAM reads by name, so the caller must confirm afterwards
 * which user has it.
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
  const groups = new Map((await listGroups(iam, userName)).map(({ name, id }) => [name, id]));
  const policies = new Set(await listAttachedPolicies(iam, userName));
  const inlinePolicies = new Map<string, string>();
  const gone = new Set<string>();
  const ids = new Map<string, string>();
  for (const [name, permission] of recorded) {
    const { kind, id } = permission;
    if (kind === 'inline policy') {
      const document = await readInlinePolicy(iam, userName, id);
      if (document !== null) inlinePolicies.set(id, document);
      continue;
    }
    // Nobody can replace AWS's own policies, so the ID of an attached one needs no read.
    if (kind === 'attached policy' && policies.has(id) && isAwsManaged(id)) continue;
    const found =
      kind === 'group' ? (groups.get(id) ?? (await findGroup(iam, id))) : await findPolicy(iam, id);
    if (found !== null) ids.set(name, found);
    else if (kind === 'group' || !policies.has(id)) gone.add(name);
  }
  const deniesAll = policies.has(denyAllPolicyArn(partition));
  return { groups: new Set(groups.keys()), policies, inlinePolicies, gone, ids, deniesAll };
}

/** The unique ID of a group; null if it does not exist. */
function findGroup(iam: IAMClient, GroupName: string): Promise<string | null> {
  const command = new GetGroupCommand({ GroupName, MaxItems: 1 });
  const answer = call(iam, command, ({ Group }) =>
    required(required(Group, 'Group').GroupId, 'GroupId'),
  );
  return orNull(answer, 'NoSuchEntityException');
}

/** The unique ID of a managed policy; null if it does not exist or cannot be attached. */
async function findPolicy(iam: IAMClient, arn: string): Promise<string | null> {
  const policy = await readPolicy(iam, arn);
  return policy?.isAttachable === true ? policy.id : null;
}
