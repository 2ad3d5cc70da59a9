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
