import {
  type IAMClient,
  ListServiceSpecificCredentialsCommand,
  type ListServiceSpecificCredentialsCommandOutput,
  paginateListSSHPublicKeys,
} from '@aws-sdk/client-iam';
import type { OwnedCredential } from '../core/unjudged.ts';
import { all, call, eachItem, orNull, required } from './call.ts';

/** The service-specific credentials of all users, in requests of 1,000. */
export async function listServiceSpecificCredentials(iam: IAMClient): Promise<OwnedCredential[]> {
  const found: OwnedCredential[] = [];
  // The SDK has no paginator for this operation.
  let Marker: string | undefined;
  do {
    const input = { AllUsers: true, MaxItems: 1000, ...(Marker === undefined ? {} : { Marker }) };
    const page = await call(iam, new ListServiceSpecificCredentialsCommand(input), readPage);
    found.push(...page.credentials);
    Marker = page.next;
  } while (Marker !== undefined);
  return found;
}

function readPage(page: ListServiceSpecificCredentialsCommandOutput) {
  const credentials = required(page.ServiceSpecificCredentials, 'ServiceSpecificCredentials').map(
    (each): OwnedCredential => ({
      kind: 'service-specific-credential',
      userName: required(each.UserName, 'UserName'),
      id: required(each.ServiceSpecificCredentialId, 'ServiceSpecificCredentialId'),
      service: required(each.ServiceName, 'ServiceName'),
      status: required(each.Status, 'Status'),
      created: each.CreateDate?.getTime() ?? null,
      expires: each.ExpirationDate?.getTime() ?? null,
    }),
  );
  const next =
    page.IsTruncated === true
      ? required(page.Marker || undefined, 'the Marker of the next page')
      : undefined;
  return { credentials, next };
}

/**
 * The SSH public keys of a user; empty if the user no longer exists. IAM cannot list the keys of all users at once.
 */
export async function listSshKeys(iam: IAMClient, userName: string): Promise<OwnedCredential[]> {
  const keys = eachItem(
    iam,
    paginateListSSHPublicKeys,
    { UserName: userName },
    ({ SSHPublicKeys }) =>
      required(SSHPublicKeys, 'SSHPublicKeys').map(
        (key): OwnedCredential => ({
          ...{ kind: 'ssh-key', userName, service: null, expires: null },
          id: required(key.SSHPublicKeyId, 'SSHPublicKeyId'),
          status: required(key.Status, 'Status'),
          created: key.UploadDate?.getTime() ?? null,
        }),
      ),
  );
  return (await orNull(all(keys), 'NoSuchEntityException')) ?? [];
}
