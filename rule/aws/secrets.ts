import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  paginateListSecrets,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Instant } from '../core/instant.ts';
import { prefix } from '../core/names.ts';
import { callAws, hasAwsCode, present } from './call.ts';

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

const createAction = 'secretsmanager:CreateSecret';
const policyAction = 'secretsmanager:PutResourcePolicy';
const putAction = 'secretsmanager:PutSecretValue';
const describeAction = 'secretsmanager:DescribeSecret';
const stageAction = 'secretsmanager:UpdateSecretVersionStage';

/** What each function here calls. */
export const openSecretActions = [createAction, policyAction, describeAction] as const;
export const findSecretActions = [describeAction] as const;
export const addVersionActions = [putAction] as const;
export const hasVersionActions = [describeAction] as const;
export const disownVersionActions = [stageAction] as const;
export const makeCurrentActions = [describeAction, stageAction] as const;

/** The label of the version that GetSecretValue gives. */
const current = 'AWSCURRENT';

/**
 * Takes a Secrets Manager client, a secret's name and the only role that may read it. Makes the secret,
 * empty, or takes the one that an earlier run left, and closes it to everybody else before it holds
 * anything. Gives back its ARN. Throws AwsError.
 */
export async function openSecret(
  secrets: SecretsManagerClient,
  name: string,
  readerRoleArn: string,
): Promise<string> {
  const arn = (await createSecret(secrets, name)) ?? (await findSecret(secrets, name));
  const read = { Action: 'secretsmanager:GetSecretValue', Resource: '*' };
  const ResourcePolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'ReaderMay', Effect: 'Allow', Principal: { AWS: readerRoleArn }, ...read },
      {
        ...{ Sid: 'NobodyElseMay', Effect: 'Deny', Principal: '*', ...read },
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': readerRoleArn } },
      },
    ],
  });
  const SecretId = present(arn ?? undefined, 'ARN', describeAction);
  const input = { SecretId, ResourcePolicy, BlockPublicPolicy: true };
  await callAws(policyAction, () => secrets.send(new PutResourcePolicyCommand(input)));
  return SecretId;
}

async function createSecret(secrets: SecretsManagerClient, Name: string): Promise<string | null> {
  const Description =
    'A password that UnusedIamCredentials-Restore issued; delete it when it was read';
  try {
    const command = new CreateSecretCommand({ Name, Description });
    const answer = await callAws(createAction, () => secrets.send(command));
    return present(answer.ARN, 'ARN', createAction);
  } catch (error) {
    if (hasAwsCode(error, 'ResourceExistsException')) return null;
    throw error;
  }
}

/** Takes a client and a secret's ARN or name. Gives back its ARN, or null where there is no such secret. Throws AwsError. */
export async function findSecret(
  secrets: SecretsManagerClient,
  secretId: string,
): Promise<string | null> {
  try {
    const command = new DescribeSecretCommand({ SecretId: secretId });
    const answer = await callAws(describeAction, () => secrets.send(command));
    return present(answer.ARN, 'ARN', describeAction);
  } catch (error) {
    if (hasAwsCode(error, 'ResourceNotFoundException')) return null;
    throw error;
  }
}

/**
 * Takes a client, a secret's ARN, the text to keep and the label for it. Adds a version under that label,
 * leaving the current one as it is; the first version of a secret is current by itself. Gives back the
 * version's ID. Throws AwsError.
 */
export async function addVersion(
  secrets: SecretsManagerClient,
  arn: string,
  text: string,
  label: string,
): Promise<string> {
  const command = new PutSecretValueCommand({
    ...{ SecretId: arn, SecretString: text, VersionStages: [label] },
  });
  const answer = await callAws(putAction, () => secrets.send(command));
  return present(answer.VersionId, 'VersionId', putAction);
}

/** Takes a client, a secret's ARN or name, and a label. Tells whether any version has the label; not where there is no secret. Throws AwsError. */
export async function hasVersion(
  secrets: SecretsManagerClient,
  secretId: string,
  label: string,
): Promise<boolean> {
  try {
    const labels = await readLabels(secrets, secretId);
    return Object.values(labels).some((each) => each.includes(label));
  } catch (error) {
    if (hasAwsCode(error, 'ResourceNotFoundException')) return false;
    throw error;
  }
}

/** Takes a client, a secret's ARN, a version's ID and its label. Takes the label off: nobody has that password. Throws AwsError. */
export async function disownVersion(
  secrets: SecretsManagerClient,
  arn: string,
  versionId: string,
  label: string,
): Promise<void> {
  await callAws(stageAction, () =>
    secrets.send(
      new UpdateSecretVersionStageCommand({
        ...{ SecretId: arn, VersionStage: label, RemoveFromVersionId: versionId },
      }),
    ),
  );
}

/** Takes a client, a secret's ARN and a version's ID. Makes that version the one that is read. Throws AwsError. */
export async function makeCurrent(
  secrets: SecretsManagerClient,
  arn: string,
  versionId: string,
): Promise<void> {
  const versions = Object.entries(await readLabels(secrets, arn));
  const holder = versions.find(([, labels]) => labels.includes(current))?.[0];
  if (holder === versionId) return;
  await callAws(stageAction, () =>
    secrets.send(
      new UpdateSecretVersionStageCommand({
        ...{ SecretId: arn, VersionStage: current, MoveToVersionId: versionId },
        ...(holder === undefined ? {} : { RemoveFromVersionId: holder }),
      }),
    ),
  );
}

async function readLabels(
  secrets: SecretsManagerClient,
  secretId: string,
): Promise<Record<string, string[]>> {
  const command = new DescribeSecretCommand({ SecretId: secretId });
  const answer = await callAws(describeAction, () => secrets.send(command));
  return answer.VersionIdsToStages ?? {};
}
