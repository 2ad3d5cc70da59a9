import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { type ClientLocation, type Clients, clientOptions, createClients } from './clients.ts';
import { countRequests } from './count-requests.ts';

/** The SDK clients of revoking and restoring. */
export interface RemediationClients extends Clients {
  readonly ssm: SSMClient;
}

/** Makes the clients, as createClients does. The rule itself does not load the client of SSM. */
export function createRemediationClients(location: ClientLocation = {}): RemediationClients {
  const clients = createClients(location);
  const ssm = new SSMClient({ ...clientOptions, ...location });
  countRequests(ssm, clients.requests);
  return { ...clients, ssm };
}

/** Those clients and the one of Secrets Manager, which only issue-password uses. */
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
