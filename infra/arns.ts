import { Aws } from 'aws-cdk-lib';
import { type functionNames, pauseParameter, prefix, recordsPath } from '../rule/core/names.ts';

const own = (service: string, resource: string) =>
  `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;

/** Every IAM user of the account. */
export const users = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:user/*`;

/** Every rule of AWS Config: their ARNs carry generated IDs. */
export const configRules = own('config', 'config-rule/*');

/** The records of revocations. */
export const records = own('ssm', `parameter${recordsPath}/*`);

/** The switch that pauses every revocation. */
export const pauseSwitch = own('ssm', `parameter${pauseParameter}`);

/** Every Automation execution: their ARNs carry nothing but generated IDs. */
export const executions = own('ssm', 'automation-execution/*');

/** The secrets that hold new passwords. */
export const secrets = own('secretsmanager', `secret:${prefix}/*`);

/** Takes a function's name. Gives back its ARN, without a version. */
export function functionArn(name: (typeof functionNames)[keyof typeof functionNames]) {
  return own('lambda', `function:${name}`);
}

/** For actions whose service defines no resource to name. */
export const unnameable = '*';
