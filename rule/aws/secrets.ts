import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  paginateListSecrets,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Instant } from '../core/instant.ts';
import { prefix } from '../core/names.ts';
import { all, call, eachItem, orNull, required } from './call.ts';

const path = `${prefix}/`;

/** A secret that holds a password which a restoration issued. */
export interface IssuedSecret {
  readonly name: string;
  readonly changedAt: Instant;
  /** The day on which it was last read, at 00:00 UTC; null if it never was. */
  readonly accessedAt: Instant | null;
}

/** The secrets that hold new passwords, without their values. */
export function listIssuedSecrets(secrets: SecretsManagerClient): Promise<IssuedSecret[]> {
  const input = { Filters: [{ Key: 'name' as const, Values: [path] }], MaxResults: 100 };
  const found = eachItem(secrets, paginateListSecrets, input, ({ SecretList }) =>
    required(SecretList, 'SecretList')
      .map((secret) => ({
        name: required(secret.Name, 'Name'),
        changedAt: required(secret.LastChangedDate ?? secret.CreatedDate, 'CreatedDate').getTime(),
        accessedAt: secret.LastAccessedDate?.getTime() ?? null,
      }))
      // AWS does not document exactly how the filter compares names.
      .filter(({ name }) => name.startsWith(path)),
  );
  return all(found);
}

/** The shortest password that is issued, whatever the account's policy says. */
const shortestPassword = 24;

/**
 * Characters that look alike, and symbols that IAM's password policy does not count
 * as symbols or that need quoting in a shell or in JSON.
 */
const excludedCharacters = 'IOl01"&\'()`,./:;<>?[]\\{|}~';

/** A password of at least this length with upper-case and lower-case letters, digits and symbols. */
export function getRandomPassword(
  secrets: SecretsManagerClient,
  minimumLength: number,
): Promise<string> {
  const command = new GetRandomPasswordCommand({
    PasswordLength: Math.max(shortestPassword, minimumLength),
    RequireEachIncludedType: true,
    ExcludeCharacters: excludedCharacters,
  });
  return call(secrets, command, ({ RandomPassword }) =>
    required(RandomPassword || undefined, 'RandomPassword'),
  );
}

/** The label of the version that GetSecretValue returns. */
const current = 'AWSCURRENT';

/** Actions that change a secret's value, where it is stored, or who can read it. Deleting and restoring do not. */
const changes = [
  'PutResourcePolicy',
  'DeleteResourcePolicy',
  'PutSecretValue',
  'UpdateSecret',
  'UpdateSecretVersionStage',
  'ReplicateSecretToRegions',
  'RotateSecret',
].map((operation) => `secretsmanager:${operation}`);

/** The roles that may use the secret of an issued password. */
interface SecretRoles {
  readonly readerRoleArn: string;
  /** The role of issue-password. */
  readonly issuerRoleArn: string;
}

/**
 * Creates the secret, empty, or uses the one that an earlier run left. Before it holds anything, lets only the
 * reader's role read it, and only the issuer's change it or its policy. Resolves to its ARN.
 */
export async function openSecret(
  secrets: SecretsManagerClient,
  name: string,
  { readerRoleArn, issuerRoleArn }: SecretRoles,
): Promise<string> {
  const arn = (await createSecret(secrets, name)) ?? (await describeSecret(secrets, name)).arn;
  const read = { Action: 'secretsmanager:GetSecretValue', Resource: '*' };
  const unless = (roleArn: string) => ({ ArnNotEquals: { 'aws:PrincipalArn': roleArn } });
  const ResourcePolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'ReaderMay', Effect: 'Allow', Principal: { AWS: readerRoleArn }, ...read },
      {
        ...{ Sid: 'NobodyElseMay', Effect: 'Deny', Principal: '*', ...read },
        Condition: unless(readerRoleArn),
      },
      {
        ...{ Sid: 'OnlyIssuerMayChange', Effect: 'Deny', Principal: '*' },
        ...{ Action: changes, Resource: '*', Condition: unless(issuerRoleArn) },
      },
    ],
  });
  const input = { SecretId: arn, ResourcePolicy, BlockPublicPolicy: true };
  await call(secrets, new PutResourcePolicyCommand(input));
  return arn;
}

function createSecret(secrets: SecretsManagerClient, Name: string): Promise<string | null> {
  const Description =
    'A password that UnusedIamCredentials-Restore issued. Delete this secret after reading it';
  const command = new CreateSecretCommand({ Name, Description });
  const answer = call(secrets, command, ({ ARN }) => required(ARN, 'ARN'));
  return orNull(answer, 'ResourceExistsException');
}

function describeSecret(secrets: SecretsManagerClient, secretId: string) {
  return call(secrets, new DescribeSecretCommand({ SecretId: secretId }), (answer) => ({
    arn: required(answer.ARN, 'ARN'),
    labels: new Map(Object.entries(answer.VersionIdsToStages ?? {})),
  }));
}

/** The secret's ARN by its ARN or name; null if it does not exist. */
export async function findSecret(
  secrets: SecretsManagerClient,
  secretId: string,
): Promise<string | null> {
  const secret = await orNull(describeSecret(secrets, secretId), 'ResourceNotFoundException');
  return secret?.arn ?? null;
}

/**
 * Adds a version with this label, and leaves the current one as it is; the first version of a secret is
 * current by itself. Resolves to the version's ID.
 */
export function addVersion(
  secrets: SecretsManagerClient,
  arn: string,
  text: string,
  label: string,
): Promise<string> {
  const input = { SecretId: arn, SecretString: text, VersionStages: [label] };
  const command = new PutSecretValueCommand(input);
  return call(secrets, command, ({ VersionId }) => required(VersionId, 'VersionId'));
}

/** Whether any version of the secret, by its ARN or name, has the label; false if it does not exist. */
export async function hasVersion(
  secrets: SecretsManagerClient,
  secretId: string,
  label: string,
): Promise<boolean> {
  const secret = await orNull(describeSecret(secrets, secretId), 'ResourceNotFoundException');
  return [...(secret?.labels.values() ?? [])].some((each) => each.includes(label));
}

/** Removes the label from a version whose password the user did not get. */
export async function removeVersionLabel(
  secrets: SecretsManagerClient,
  arn: string,
  versionId: string,
  label: string,
): Promise<void> {
  const input = { SecretId: arn, VersionStage: label, RemoveFromVersionId: versionId };
  await call(secrets, new UpdateSecretVersionStageCommand(input));
}

/** Makes this version the one that GetSecretValue returns. */
export async function makeCurrent(
  secrets: SecretsManagerClient,
  arn: string,
  versionId: string,
): Promise<void> {
  const { labels } = await describeSecret(secrets, arn);
  const holder = [...labels].find(([, each]) => each.includes(current))?.[0];
  if (holder === versionId) return;
  const input = {
    ...{ SecretId: arn, VersionStage: current, MoveToVersionId: versionId },
    ...(holder === undefined ? {} : { RemoveFromVersionId: holder }),
  };
  await call(secrets, new UpdateSecretVersionStageCommand(input));
}
