import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { fromIni } from '@aws-sdk/credential-provider-ini';
import { type ClientLocation, type Clients, connect } from '../rule/aws/clients.ts';
import { ExpectedError, messageOf } from '../rule/core/errors.ts';

/** Whether a command needs the Region of the deployment, or calls only IAM, which has one endpoint for all Regions. */
export type RegionNeed = 'deployed' | 'any';

const classes = {
  iam: IAMClient,
  config: ConfigServiceClient,
  ssm: SSMClient,
  secrets: SecretsManagerClient,
  sns: SNSClient,
  lambda: LambdaClient,
};

type Variables = Readonly<Record<string, string | undefined>>;

/** What --profile and --region say. */
export interface AwsChoice {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * Creates clients that find credentials and Region as the AWS CLI does: by the options, environment, profile, single
 * sign-on or instance role. Throws CredentialsError, which says what to set, if there are no credentials or no Region.
 */
export async function connectAsUser(
  variables: Variables,
  region: RegionNeed,
  chosen: AwsChoice = {},
): Promise<Clients> {
  const location = locationOf(variables, chosen);
  let clients = connect(classes, location);
  // A profile that does not exist has no Region either; the credentials' error says why.
  if (chosen.profile !== undefined) await requireCredentials(clients, chosen.profile);
  const missing = await whyNoRegion(clients);
  if (missing !== null && region === 'deployed') {
    throw new ExpectedError(
      'CredentialsError',
      `no AWS Region was found (${missing}). Give --region, or set AWS_REGION, to the Region in which the rule and its documents are deployed`,
    );
  }
  // A client needs some Region, also for IAM.
  if (missing !== null) clients = connect(classes, { ...location, region: 'us-east-1' });
  await requireCredentials(clients, chosen.profile);
  return clients;
}

function locationOf(variables: Variables, { profile, region }: AwsChoice): ClientLocation {
  const named = [region, variables['AWS_REGION'], variables['AWS_DEFAULT_REGION']].find(Boolean);
  return {
    ...(named === undefined ? {} : { region: named }),
    // The SDK's default chain would go on to other credentials if the profile has none, so to another account.
    ...(profile === undefined ? {} : { profile, credentials: fromIni({ profile }) }),
  };
}

/** Returns null if there is a Region. */
async function whyNoRegion({ iam }: Clients): Promise<string | null> {
  try {
    return (await iam.config.region()) === '' ? 'it is empty' : null;
  } catch (error) {
    return messageOf(error);
  }
}

async function requireCredentials({ iam }: Clients, profile: string | undefined): Promise<void> {
  try {
    await iam.config.credentials();
  } catch (error) {
    throw new ExpectedError(
      'CredentialsError',
      profile === undefined
        ? `no AWS credentials were found (${messageOf(error)}). Sign in with "aws sso login" or "aws configure", ` +
            'and name the profile in --profile or AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
        : `--profile ${profile} gives no AWS credentials (${messageOf(error).replace(/\.$/u, '')}). ` +
            'See "aws configure list-profiles" for the profiles, and sign in with "aws sso login" or "aws configure"',
      { cause: error },
    );
  }
}
