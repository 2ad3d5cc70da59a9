import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { countRequests, type RequestCounts } from './count-requests.ts';

/** The SDK clients of the rule, and the requests they have sent so far. */
export interface Clients {
  readonly iam: IAMClient;
  readonly config: ConfigServiceClient;
  readonly requests: RequestCounts;
}

/** What tests and tools may say about where AWS is; without it, it is found as every SDK client does. */
export interface ClientLocation {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * What every client is made with. Adaptive retries slow down to the rate that IAM allows. A request that
 * hangs is given up (milliseconds), so that a run can still report what it has judged.
 */
export const clientOptions = {
  retryMode: 'adaptive',
  maxAttempts: 8,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
};

/** Makes the clients. Region, endpoint (AWS_ENDPOINT_URL included) and credentials come as AWS's tools find them. */
export function createClients(location: ClientLocation = {}): Clients {
  const iam = new IAMClient({ ...clientOptions, ...location });
  const config = new ConfigServiceClient({ ...clientOptions, ...location });
  const requests: RequestCounts = new Map();
  countRequests(iam, requests);
  countRequests(config, requests);
  return { iam, config, requests };
}
