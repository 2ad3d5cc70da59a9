import { paginateListSecrets, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Instant } from '../core/instant.ts';
import { prefix } from '../core/names.ts';
import { callAws, present } from './call-aws.ts';

/** What listIssuedSecrets calls. */
export const listIssuedSecretsActions = ['secretsmanager:ListSecrets'] as const;

const path = `${prefix}/`;

/** A secret that holds a password which a restoration issued. */
export interface IssuedSecret {
  readonly name: string;
  readonly changedAt: Instant;
  /** The day on which it was last read, at 00:00 UTC; null where it never was. */
  readonly accessedAt: Instant | null;
}

/** Takes a Secrets Manager client. Gives back the secrets that hold new passwords, without those values. Throws AwsError. */
export function listIssuedSecrets(secrets: SecretsManagerClient): Promise<IssuedSecret[]> {
  const [action] = listIssuedSecretsActions;
  return callAws(action, async () => {
    const found: IssuedSecret[] = [];
    const pages = paginateListSecrets(
      { client: secrets, pageSize: 100 },
      { Filters: [{ Key: 'name', Values: [path] }] },
    );
    for await (const { SecretList } of pages) {
      for (const secret of present(SecretList, 'SecretList', action)) {
        const name = present(secret.Name, 'Name', action);
        // How exactly the filter compares is for AWS to say.
        if (!name.startsWith(path)) continue;
        const changed = secret.LastChangedDate ?? secret.CreatedDate;
        found.push({
          name,
          changedAt: present(changed, 'CreatedDate', action).getTime(),
          accessedAt: secret.LastAccessedDate?.getTime() ?? null,
        });
      }
    }
    return found;
  });
}
