import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type ClientLocation, clientOptions } from './clients.ts';
import { countRequests } from './count-requests.ts';
import { createRemediationClients, type RemediationClients } from './remediation-clients.ts';

/** The clients of revoking and restoring, and the one of Secrets Manager. */
export interface PasswordClients extends RemediationClients {
  readonly secrets: SecretsManagerClient;
}

/** Makes the clients of issue-password, as createClients does. */
export function createPasswordClients(location: ClientLocation = {}): PasswordClients {
  const clients = createRemediationClients(location);
  const secrets = new SecretsManagerClient({ ...clientOptions, ...location });
  countRequests(secrets, clients.requests);
  return { ...clients, secrets };
}
