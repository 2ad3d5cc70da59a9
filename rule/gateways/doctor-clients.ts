import { LambdaClient } from '@aws-sdk/client-lambda';
import type { SNSClient } from '@aws-sdk/client-sns';
import { type ClientLocation, clientOptions } from './clients.ts';
import { countRequests } from './count-requests.ts';
import { createPasswordClients, type PasswordClients } from './password-clients.ts';
import { createSnsClient } from './sns-client.ts';

/** The clients of what looks at everything that is deployed. */
export interface DoctorClients extends PasswordClients {
  readonly lambda: LambdaClient;
  readonly sns: SNSClient;
}

/** Makes the clients, as createClients does. */
export function createDoctorClients(location: ClientLocation = {}): DoctorClients {
  const clients = createPasswordClients(location);
  const lambda = new LambdaClient({ ...clientOptions, ...location });
  countRequests(lambda, clients.requests);
  return { ...clients, lambda, sns: createSnsClient(clients.requests, location) };
}
