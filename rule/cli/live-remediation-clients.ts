import { ExpectedError, messageOf } from '../core/errors.ts';
import {
  createRemediationClients,
  type RemediationClients,
} from '../gateways/remediation-clients.ts';
import { namedRegion, requireCredentials } from './live-clients.ts';

/**
 * Takes the environment variables. Gives back clients whose credentials and Region were found as AWS's
 * tools find them. Throws CredentialsError, which says what to set, where there are none: what was
 * deployed is in one Region, which is not guessed.
 */
export async function createLiveRemediationClients(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<RemediationClients> {
  const clients = createRemediationClients(namedRegion(environment));
  await requireRegion(clients);
  await requireCredentials(clients);
  return clients;
}

/** Takes clients. Throws CredentialsError, which says what to set, when there is no Region. */
export async function requireRegion({ ssm }: Pick<RemediationClients, 'ssm'>): Promise<void> {
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
