import { SNSClient } from '@aws-sdk/client-sns';
import { type ClientLocation, clientOptions } from './clients.ts';
import { countRequests, type RequestCounts } from './count-requests.ts';

/** Takes the counts to add to, and where AWS is. Makes the client of SNS, as createClients does the others. */
export function createSnsClient(requests: RequestCounts, location: ClientLocation = {}): SNSClient {
  const sns = new SNSClient({ ...clientOptions, ...location });
  countRequests(sns, requests);
  return sns;
}
