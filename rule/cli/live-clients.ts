import { ExpectedError, messageOf } from '../core/errors.ts';
import { type Clients, createClients } from '../gateways/clients.ts';

/** IAM has one endpoint for all Regions of a partition; one has to be named all the same. */
const anyRegion = 'us-east-1';

/**
 * Takes the environment variables. Gives back clients whose credentials and Region were found as AWS's
 * tools find them: environment, profile, single sign-on, instance role.
 * Throws CredentialsError, which says how to get credentials, when there are none.
 */
export async function createLiveClients(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Clients> {
  const named = [environment['AWS_REGION'], environment['AWS_DEFAULT_REGION']].find(Boolean);
  let clients = createClients(named === undefined ? {} : { region: named });
  const region = await clients.iam.config.region().catch(() => undefined);
  if (!region) clients = createClients({ region: anyRegion });
  try {
    await clients.iam.config.credentials();
  } catch (error) {
    throw new ExpectedError(
      'CredentialsError',
      `no AWS credentials were found (${messageOf(error)}). Sign in with "aws sso login" or "aws configure", ` +
        'and name the profile in AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      { cause: error },
    );
  }
  return clients;
}
