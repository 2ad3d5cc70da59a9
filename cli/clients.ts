import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { type ClientLocation, type Clients, connect } from '../rule/aws/clients.ts';
import { ExpectedError, messageOf } from '../rule/core/errors.ts';

/** IAM has one endpoint for all Regions of a partition; one has to be named all the same. */
const anyRegion = 'us-east-1';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Takes the environment variables. Gives back clients whose credentials and Region were found as AWS's
 * tools find them: environment, profile, single sign-on, instance role.
 * Throws CredentialsError, which says how to get credentials, when there are none.
 */
export async function createLiveClients(
  environment: Variables,
): Promise<Clients<'iam' | 'config'>> {
  let clients = connect({ iam: IAMClient, config: ConfigServiceClient }, namedRegion(environment));
  const region = await clients.iam.config.region().catch(() => undefined);
  if (!region)
    clients = connect({ iam: IAMClient, config: ConfigServiceClient }, { region: anyRegion });
  await requireCredentials(clients);
  return clients;
}

/** Takes the environment variables; gives back the Region that they name, if they do. */
export function namedRegion(environment: Variables): ClientLocation {
  const named = [environment['AWS_REGION'], environment['AWS_DEFAULT_REGION']].find(Boolean);
  return named === undefined ? {} : { region: named };
}

/** Takes clients. Throws CredentialsError, which says how to get credentials, when there are none. */
export async function requireCredentials({
  iam,
}: Pick<Clients<'iam' | 'config'>, 'iam'>): Promise<void> {
  try {
    await iam.config.credentials();
  } catch (error) {
    throw new ExpectedError(
      'CredentialsError',
      `no AWS credentials were found (${messageOf(error)}). Sign in with "aws sso login" or "aws configure", ` +
        'and name the profile in AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      { cause: error },
    );
  }
}

/**
 * Takes the environment variables. Gives back clients whose credentials and Region were found as AWS's
 * tools find them. Throws CredentialsError, which says what to set, where there are none: what was
 * deployed is in one Region, which is not guessed.
 */
export async function createLiveRemediationClients(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Clients<'iam' | 'config' | 'ssm'>> {
  const clients = connect(
    { iam: IAMClient, config: ConfigServiceClient, ssm: SSMClient },
    namedRegion(environment),
  );
  await requireRegion(clients);
  await requireCredentials(clients);
  return clients;
}

/** Takes clients. Throws CredentialsError, which says what to set, when there is no Region. */
export async function requireRegion({
  ssm,
}: Pick<Clients<'iam' | 'config' | 'ssm'>, 'ssm'>): Promise<void> {
  try {
    if (!(await ssm.config.region())) throw new Error('it is empty');
  } catch (error) {
    throw new ExpectedError(
      'CredentialsError',
      `no AWS Region was found (${messageOf(error)}). Set AWS_REGION to the Region in which the rule and its documents are deployed`,
      { cause: error },
    );
  }
}

/**
 * Takes the environment variables. Gives back clients as createLiveRemediationClients does, with those that
 * only doctor needs. Throws CredentialsError, which says what to set.
 */
export async function createLiveDoctorClients(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Clients> {
  const clients = connect(
    {
      iam: IAMClient,
      config: ConfigServiceClient,
      ssm: SSMClient,
      secrets: SecretsManagerClient,
      sns: SNSClient,
      lambda: LambdaClient,
    },
    namedRegion(environment),
  );
  await requireRegion(clients);
  await requireCredentials(clients);
  return clients;
}
