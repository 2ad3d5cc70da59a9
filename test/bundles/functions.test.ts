import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueResultToken, type LocalAccount } from '../../local-aws/account.ts';
import { runFunction, startFunction } from '../../local-aws/run-function.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/server.ts';
import { crowd } from '../builders/account.ts';
import { digestTopicArn, ruleName, scheduledNotification } from '../builders/local-rule.ts';
import { createSampleAccount } from '../fixtures/sample-account.ts';

const folder = new URL('../../dist/lambda/', import.meta.url);

const sdkClients = ['iam', 'config-service', 'ssm', 'secrets-manager', 'sns', 'eventbridge'];

describe.each([
  { name: 'evaluate', kilobytes: 90, clients: ['iam', 'config-service', 'sns', 'eventbridge'] },
  {
    name: 'plan-revocation',
    kilobytes: 110,
    clients: ['iam', 'config-service', 'ssm', 'sns', 'eventbridge'],
  },
  {
    ...{ name: 'plan-restoration', kilobytes: 90 },
    clients: ['iam', 'config-service', 'ssm', 'secrets-manager', 'sns', 'eventbridge'],
  },
  {
    ...{ name: 'issue-password', kilobytes: 60 },
    clients: ['iam', 'config-service', 'ssm', 'secrets-manager', 'sns', 'eventbridge'],
  },
])('the bundled function $name', ({ name, kilobytes, clients }) => {
  it(`is at most ${kilobytes} KB of CommonJS without the SDK, with a source map`, () => {
    const bundle = readFileSync(new URL(`${name}/index.js`, folder), 'utf8');
    expect(bundle.length).toBeLessThanOrEqual(kilobytes * 1024);
    expect(
      sdkClients.filter((client) => bundle.includes(`require("@aws-sdk/client-${client}")`)),
    ).toEqual(clients);
    expect(statSync(new URL(`${name}/index.js.map`, folder)).size).toBeGreaterThan(0);
    const manifest = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
    expect(manifest).toEqual({ type: 'commonjs' });
  });

  it('loads the clients of SNS and EventBridge only when it publishes a message or puts an event', () => {
    const load = `require(process.argv[1]); setImmediate(() => console.log(Object.keys(require.cache).join()))`;
    const bundle = fileURLToPath(new URL(`${name}/index.js`, folder));
    const env = {
      AWS_REGION: 'us-east-1',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      NOTIFICATION_TOPIC_ARN: digestTopicArn,
    };
    const loaded = execFileSync(process.execPath, ['-e', load, bundle], { env, encoding: 'utf8' });
    expect(loaded).toContain('client-iam');
    expect(loaded).not.toContain('client-sns');
    expect(loaded).not.toContain('client-eventbridge');
  });
});

let aws: LocalAws;
let account: LocalAccount;

const options = (environment: Record<string, string> = {}) => ({
  endpoint: aws.endpoint,
  bundle: fileURLToPath(new URL('evaluate/index.js', folder)),
  environment,
});

const scheduledEvent = () => ({
  invokingEvent: JSON.stringify(scheduledNotification(account, Date.now())),
  ruleParameters: '{}',
  resultToken: issueResultToken(account, ruleName),
  ...{ eventLeftScope: false, configRuleName: ruleName, accountId: account.accountId },
});

const runScheduled = (event: object = {}, environment: Record<string, string> = {}) =>
  runFunction('evaluate', { ...scheduledEvent(), ...event }, options(environment));

describe('the bundled evaluate function', () => {
  beforeAll(async () => {
    account = createSampleAccount(Date.now());
    account.reportDurationMs = 0;
    aws = await startLocalAws(account);
  });
  afterAll(() => aws.close());

  it('puts an evaluation for every user over HTTP, returns what it judged, and logs one summary line of JSON without credentials', async () => {
    const { result, error, log } = await runScheduled();
    expect(error).toBeUndefined();
    expect(account.config.evaluations).toHaveLength(account.users.length);
    const { users } = result as {
      users: { userId: string; compliance: string; annotation: string }[];
    };
    expect(
      users.map(({ userId, compliance, annotation }) => [userId, compliance, annotation]),
    ).toEqual(
      account.config.evaluations.map((put) => [put.resourceId, put.complianceType, put.annotation]),
    );
    expect(log.map((line) => JSON.parse(line))).toMatchObject([
      {
        ...{ level: 'info', message: 'summary', outcome: 'succeeded', trigger: 'schedule' },
        ...{ announced: 0, users: account.users.length, requests: { PutEvaluations: 1 } },
        ...{ reportAgeSeconds: expect.any(Number), durationMs: expect.any(Number) },
      },
    ]);
    expect(log.join('\n')).not.toMatch(/AKIALOCAL|secret|token/iu);
  });

  it('publishes users who are newly NON_COMPLIANT to NOTIFICATION_TOPIC_ARN, and counts the request', async () => {
    account.config.evaluations = [];
    const environment = { NOTIFICATION_TOPIC_ARN: digestTopicArn };
    const { result } = await runScheduled({}, environment);
    const { summary } = result as { summary: { announced: number; verdicts: object } };
    expect(summary).toMatchObject({ requests: { Publish: 1 } });
    expect(summary.verdicts).toMatchObject({ NON_COMPLIANT: summary.announced });
    expect(account.published).toMatchObject([{ topicArn: digestTopicArn }]);
  });

  it('rejects with a message, not a stack trace, when the event is invalid', async () => {
    const { error } = await runScheduled({ invokingEvent: 'x' });
    expect(error).toMatchObject({
      name: 'EventError',
      message: expect.stringContaining('invokingEvent'),
    });
    expect(error?.message).not.toMatch(/\n|\bat \S+ \(/u);
  });
});

describe('the bundled evaluate function at 5,000 users', () => {
  it('holds less than 256 MB at its peak', async () => {
    account = crowd(5000, (index) => index % 5 < 2);
    account.reportDurationMs = 0;
    aws = await startLocalAws(account);
    const evaluate = startFunction('evaluate', options());
    await evaluate.invoke(scheduledEvent());
    const { peakMemory, error } = await evaluate.invoke(scheduledEvent());
    await Promise.all([evaluate.close(), aws.close()]);
    expect(error).toBeUndefined();
    expect(account.config.evaluations).toHaveLength(5000);
    expect(peakMemory).toBeLessThan(256 * 1024 * 1024);
  });
});
