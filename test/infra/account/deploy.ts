import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { LocalAccount, LocalExecution, LocalUser } from '../../../local-aws/account.ts';
import { type RunningStack, runStack } from '../../../local-aws/template/deploy.ts';
import type { Template } from '../../../local-aws/template/resolve.ts';
import { connect } from '../../../rule/aws/clients.ts';
import { startExecution } from '../../../rule/aws/ssm-automation.ts';
import { documentNames } from '../../../rule/core/names.ts';
import { ruleName, scheduledNotification } from '../../builders/local-rule.ts';

/** Where a test creates its stack. */
export const place = {
  stackName: 'UnusedIamCredentials',
  accountId: '123456789012',
  region: 'us-east-1',
  partition: 'aws',
} as const;

/** The role of the account that may read passwords. */
export const readerRole = 'arn:aws:iam::{account}:role/PasswordReader';

/** A deployed stack, and the actions of people and AWS Config. */
export interface DeployedAccount extends RunningStack {
  /** Runs a scheduled evaluation; returns the compliance type by user name. */
  readonly schedule: () => Promise<Record<string, string>>;
  /** Remediates a user as AWS Config does, with the parameters of the template's remediation. */
  readonly remediate: (user: LocalUser) => Promise<LocalExecution>;
  readonly revoke: (
    user: LocalUser,
    parameters?: Record<string, string>,
  ) => Promise<LocalExecution>;
  readonly retire: (
    user: LocalUser,
    parameters?: Record<string, string>,
  ) => Promise<LocalExecution>;
  readonly restore: (
    user: LocalUser,
    parameters?: Record<string, string>,
  ) => Promise<LocalExecution>;
  /** Deletes keys as the schedule does. */
  readonly purge: () => Promise<LocalExecution>;
}

export async function deployAccount(
  account: LocalAccount,
  template: Template,
  parameters: Record<string, string> = {},
): Promise<DeployedAccount> {
  const running = await runStack(account, template, { ...place, parameters });
  const { automation, config } = account;
  const operator = `arn:aws:iam::${account.accountId}:user/operator`;
  const { ssm, ...others } = connect(
    { iam: IAMClient, config: ConfigServiceClient, ssm: SSMClient },
    {
      ...{ endpoint: running.aws.endpoint, region: place.region },
      credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' },
    },
  );

  const ended = async (id: string) => {
    await automation.running.get(id);
    const execution = automation.executions.get(id);
    if (execution === undefined) throw new Error(`No execution ${id}`);
    return execution;
  };
  const start = async (name: string, user: LocalUser, parameters: Record<string, string>) =>
    ended(
      await startExecution(ssm, name, {
        IAMResourceId: user.userId,
        AutomationAssumeRole: `arn:aws:iam::${account.accountId}:role/${name}-${place.region}`,
        ...parameters,
      }),
    );
  return {
    ...running,
    schedule: async () => {
      await running.evaluate(scheduledNotification(account, Date.now()));
      const names = new Map(account.users.map(({ userId, userName }) => [userId, userName]));
      return Object.fromEntries(
        config.evaluations.map((result) => [
          names.get(result.resourceId) ?? result.resourceId,
          result.complianceType,
        ]),
      );
    },
    remediate: async ({ userId }) => {
      const known = new Set(automation.executions.keys());
      const key = { resourceType: 'AWS::IAM::User', resourceId: userId };
      const input = { ConfigRuleName: ruleName, ResourceKeys: [key] };
      const message = { service: 'config', operation: 'StartRemediationExecution', input };
      running.aws.perform({ ...message, caller: operator });
      const [id = ''] = [...automation.executions.keys()].filter((each) => !known.has(each));
      return ended(id);
    },
    revoke: (user, rest = {}) => start(documentNames.revoke, user, rest),
    retire: (user, rest = {}) => start(documentNames.retire, user, rest),
    restore: (user, rest = {}) =>
      start(documentNames.restore, user, { RevocationId: 'All', ...rest }),
    purge: () => ended(running.startScheduled().join()),
    close: async () => {
      for (const client of [ssm, others.iam, others.config]) client.destroy();
      await running.close();
    },
  };
}
