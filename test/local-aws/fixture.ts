import { ConfigService } from '@aws-sdk/client-config-service';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { IAM } from '@aws-sdk/client-iam';
import { Lambda } from '@aws-sdk/client-lambda';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { SNS } from '@aws-sdk/client-sns';
import { SSM } from '@aws-sdk/client-ssm';
import { STS } from '@aws-sdk/client-sts';
import { expect } from 'vitest';
import { createAccount, type LocalAccount } from '../../local-aws/account.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/server.ts';

/** A local account with clients that never retry and a clock that stands still. */
export interface Fixture {
  /** The server's clock, epoch ms, which a test moves. */
  now: number;
  account: LocalAccount;
  aws: LocalAws;
  iam: IAM;
  config: ConfigService;
  ssm: SSM;
  secrets: SecretsManager;
  sns: SNS;
  sts: STS;
  events: EventBridge;
  lambda: Lambda;
  close(): Promise<void>;
}

/** The time of a fixture's clock: in the middle of a second, because IAM rounds down. */
export const START = Date.UTC(2026, 10, 1, 12, 0, 0, 789);

/** Starts a fixture over an empty account. */
export async function startFixture(): Promise<Fixture> {
  const account = createAccount();
  const aws = await startLocalAws(account, { clock: () => fixture.now });
  const credentials = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' };
  const settings = { endpoint: aws.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  const [iam, config] = [new IAM(settings), new ConfigService(settings)];
  const [ssm, secrets, sns] = [new SSM(settings), new SecretsManager(settings), new SNS(settings)];
  const [events, lambda] = [new EventBridge(settings), new Lambda(settings)];
  const sts = new STS(settings);
  async function close() {
    for (const client of [iam, config, ssm, secrets, sns, sts, events, lambda]) client.destroy();
    await aws.close();
  }
  const clients = { iam, config, ssm, secrets, sns, sts, events, lambda };
  const fixture: Fixture = { now: START, account, aws, ...clients, close };
  return fixture;
}

/** Expects a call to fail with `error`, the name that the SDK gives it and the HTTP status. */
export async function expectError(call: Promise<unknown>, error: string, message = /./) {
  const [name, status] = error.split(' ');
  await expect(call).rejects.toMatchObject({
    name,
    message: expect.stringMatching(message),
    $metadata: { httpStatusCode: Number(status) },
  });
}
