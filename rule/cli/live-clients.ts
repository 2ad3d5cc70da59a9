import { ExpectedError, messageOf } from '../core/errors.ts';
import { type ClientLocation, type Clients, createClients } from '../gateways/clients.ts';

/** IAM has one endpoint for all Regions of a partition; one has to be named all the same. */
const anyRegion = 'us-east-1';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Takes the environment variables. Gives back clients whose credentials and Region were found as AWS's
 * tools find them: environment, profile, single sign-on, instance role.
 * Throws CredentialsError, which says how to get credentials, when there are none.
 */
export async function createLiveClients(environment: Variables): Promise<Clients> {
  let clients = createClients(namedRegion(environment));
  const region = await clients.iam.config.region().catch(() => undefined);
  if (!region) clients = createClients({ region: anyRegion });
  await requireCredentials(clients);
  return clients;
}

/** Takes the environment variables; gives back the Region that they name, if they do. */
export function namedRegion(environment: Variables): ClientLocation {
  const named = [environment['AWS_REGION'], environment['AWS_DEFAULT_REGION']].find(Boolean);
  return named === undefined ? {} : { region: named };
}

/** Takes clients. Throws CredentialsError, which says how to get credentials, when there are none. */
export async function requireCredentials({ iam }: Pick<Clients, 'iam'>): Promise<void> {
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
