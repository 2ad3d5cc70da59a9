import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  DetachUserPolicyCommand,
  type IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { denyAllPolicyArn } from '../core/names.ts';
import type { Permission } from '../core/permission-plan.ts';
import { call, orNull } from './call.ts';

/** Gives a user a permission. It is not an error if the user already has it; an inline policy is overwritten. */
export async function givePermission(
  iam: IAMClient,
  userName: string,
  permission: Permission,
): Promise<void> {
  const UserName = userName;
  switch (permission.kind) {
    case 'group':
      await call(iam, new AddUserToGroupCommand({ UserName, GroupName: permission.id }));
      return;
    case 'attached policy':
      await call(iam, new AttachUserPolicyCommand({ UserName, PolicyArn: permission.id }));
      return;
    case 'inline policy': {
      const { id: PolicyName, document: PolicyDocument } = permission;
      const input = { UserName, PolicyName, PolicyDocument };
      await call(iam, new PutUserPolicyCommand(input));
    }
  }
}

/** Detaches AWSDenyAll from a user. It is not an error if it is not attached. */
export async function liftDeny(iam: IAMClient, userName: string, partition: string): Promise<void> {
  const input = { UserName: userName, PolicyArn: denyAllPolicyArn(partition) };
  await orNull(call(iam, new DetachUserPolicyCommand(input)), 'NoSuchEntityException');
}
