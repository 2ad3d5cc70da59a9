import type { ConfigServiceClient } from '@aws-sdk/client-config-service';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { countRequests, type RequestCounts } from './call.ts';

interface ServiceClients {
  readonly iam: IAMClient;
  readonly config: ConfigServiceClient;
  readonly ssm: SSMClient;
  readonly secrets: SecretsManagerClient;
  readonly sns: SNSClient;
  readonly lambda: LambdaClient;
  readonly events: EventBridgeClient;
  readonly sts: STSClient;
}

/** The services for which every command of the command line has a client. */
type CommandLineServices = Exclude<keyof ServiceClients, 'events' | 'sts'>;

/** The SDK clients of the named services, and the requests that they have sent so far. */
export type Clients<Names extends keyof ServiceClients = CommandLineServices> = Pick<
  ServiceClients,
  Names
> & { readonly requests: RequestCounts };

/** Overrides for tests and tools. By default, clients resolve these as every AWS SDK does. */
export interface ClientLocation {
  readonly endpoint?: string;
  readonly region?: string;
  /** A profile of AWS's configuration files, which may name the Region. */
  readonly profile?: string;
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
}

/**
 * Adaptive retries slow down to the rate that IAM allows. Timeouts (milliseconds) end a request that
 * hangs, so a run can still report what it evaluated.
 */
const options = {
  retryMode: 'adaptive',
  maxAttempts: 8,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
};

type Countable = Parameters<typeof countRequests<object, object>>[0];

type ClientClasses<Names extends keyof ServiceClients> = {
  readonly [Name in Names]: new (
    configuration: ClientLocation,
  ) => ServiceClients[Name];
};

/**
 * Creates one client for each class, and counts their requests together. Entry points pass the
 * classes, so a function loads only the SDK clients that it uses.
 */
export function connect<Names extends keyof ServiceClients>(
  classes: ClientClasses<Names>,
  location: ClientLocation = {},
  requests: RequestCounts = new Map(),
): Clients<Names> {
  const entries = Object.entries<ClientClasses<Names>[Names]>(classes).map(([name, Client]) => {
    const client = new Client({ ...options, ...location });
    // The type of a stack differs by service; counting does not look at inputs or outputs.
    countRequests(client as unknown as Countable, requests);
    return [name, client] as const;
  });
  return { ...(Object.fromEntries(entries) as Pick<ServiceClients, Names>), requests };
}
