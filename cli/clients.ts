import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { fromIni } from '@aws-sdk/credential-provider-ini';
import { type ClientLocation, type Clients, connect } from '../rule/aws/clients.ts';
import { assumeRole, connectSts } from '../rule/aws/sts.ts';
import { ExpectedError, messageOf, withoutPeriod } from '../rule/core/errors.ts';
import { prefix } from '../rule/core/names.ts';

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

/** The values of --profile and --region. */
export interface AwsChoice {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

/** Clients, and the Region in which they call AWS; null if none was found, so that they can call only IAM. */
export interface Connection extends Clients {
  readonly region: string | null;
}

/**
 * Creates clients that find credentials and Region as the AWS CLI does: by the options, environment, profile, single
 * sign-on or instance role. Throws CredentialsError, which says what to set, if there are no credentials or no Region.
 */
export async function connectAsUser(
  variables: Variables,
  region: RegionNeed,
  chosen: AwsChoice = {},
): Promise<Connection> {
  const location = locationOf(variables, chosen);
  let clients = connect(classes, location);
  // A profile that does not exist has no Region either; the credentials' error says why.
  if (chosen.profile !== undefined) await requireCredentials(clients, chosen.profile);
  const missing = await whyNoRegion(clients);
  if (missing !== null && region === 'deployed') {
    throw new ExpectedError(
      'CredentialsError',
      `no AWS Region was found (${missing}). Set --region or AWS_REGION to the Region where the rule and its documents are deployed`,
    );
  }
  // Every client needs a Region, even that of IAM.
  if (missing !== null) clients = connect(classes, { ...location, region: 'us-east-1' });
  await requireCredentials(clients, chosen.profile, variables['AWS_PROFILE']);
  return { ...clients, region: missing === null ? await clients.iam.config.region() : null };
}

/** Creates clients of IAM that act as a role. Throws AwsError if the role cannot be assumed. */
export type ConnectAsRole = (roleArn: string) => Promise<Clients<'iam'>>;

/** What assuming roles takes. */
export interface RoleConnection {
  readonly connectAsRole: ConnectAsRole;
  /** Null if none was found: STS is called in us-east-1 then. */
  readonly region: string | null;
}

const sessionName = `${prefix}-audit`;

/** Finds credentials as connectAsUser does, to assume roles with them. Throws CredentialsError if there are none. */
export async function connectToRoles(
  variables: Variables,
  chosen: AwsChoice = {},
): Promise<RoleConnection> {
  const { iam, region } = await connectAsUser(variables, 'any', chosen);
  const place = { region: region ?? 'us-east-1' };
  const sts = connectSts({ ...place, credentials: iam.config.credentials });
  const connectAsRole: ConnectAsRole = async (roleArn) => {
    const first = await assumeRole(sts, roleArn, sessionName);
    let unused: typeof first | null = first;
    // The SDK asks again only before the credentials expire.
    const credentials = async () => {
      const known = unused;
      unused = null;
      return known ?? assumeRole(sts, roleArn, sessionName);
    };
    return connect({ iam: IAMClient }, { ...place, credentials });
  };
  return { connectAsRole, region };
}

function locationOf(variables: Variables, { profile, region }: AwsChoice): ClientLocation {
  const named = [region, variables['AWS_REGION'], variables['AWS_DEFAULT_REGION']].find(Boolean);
  return {
    ...(named === undefined ? {} : { region: named }),
    // If the profile has no credentials, the SDK's default chain would use others, perhaps of another account.
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

/** `ofVariable` is the profile of AWS_PROFILE, after which the default chain looks elsewhere. */
async function requireCredentials(
  { iam }: Clients,
  profile: string | undefined,
  ofVariable?: string,
): Promise<void> {
  try {
    await iam.config.credentials();
  } catch (error) {
    const looked = ofVariable ? `, neither in the profile ${ofVariable} nor elsewhere` : '';
    throw new ExpectedError(
      'CredentialsError',
      profile === undefined
        ? `no AWS credentials were found${looked} (${messageOf(error)}). Sign in with "aws sso login" or "aws configure", ` +
            'and name the profile in --profile or AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
        : `--profile ${profile} gives no AWS credentials (${withoutPeriod(messageOf(error))}). ` +
            'See "aws configure list-profiles" for the profiles, and sign in with "aws sso login" or "aws configure"',
      { cause: error },
    );
  }
}
