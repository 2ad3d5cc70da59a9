import { type CfnParameter, Fn } from 'aws-cdk-lib';
import {
  defaultExemptUntilTag,
  documentNames,
  prefix,
  protectedTag,
  recordsPath,
} from '../rule/core/names.ts';
import { choose, isGiven } from './conditions.ts';
import * as actions from './protected-actions.ts';
import { rolePrefix } from './role.ts';
import type { Wave } from './settings-values.ts';
import { stackSetName } from './stack-set-name.ts';
import type { Statement } from './statement.ts';
import { anyUser, waveExemptions } from './wave-exemptions.ts';

// Of any partition, account and Region.
const role = (name: string) => `arn:*:iam::*:role/${name}`;
const functions = `arn:*:lambda:*:*:function:${prefix}-*`;
const secrets = `arn:*:secretsmanager:*:*:secret:${prefix}/*`;
const records = `arn:*:ssm:*:*:parameter${recordsPath}/*`;
const documents = Object.values(documentNames).map((name) => `arn:*:ssm:*:*:document/${name}`);
const stacks = `arn:*:cloudformation:*:*:stack/StackSet-${stackSetName}-*`;
/** Under these roles StackSets makes what an account's stack holds. */
const stackSetRoles = role('stacksets-exec-*');
const revokeRole = role(`${documentNames.revoke}-*`);
const restoreRole = role(`${documentNames.restore}-*`);
const issuePasswordRole = role(`${rolePrefix}IssuePassword-*`);

/** Whom the rule spares, and who may say so. */
export interface ProtectionProps {
  readonly administrators: CfnParameter;
  readonly exemptUntilTag: CfnParameter;
  readonly exemptPathPrefixes: CfnParameter;
  /** Waves may spare others. */
  readonly waves: readonly Wave[];
}

/**
 * Takes whom the rule spares, and who may say so. Gives back the statements of a service control policy that
 * deny it to everybody else. The pause switch is free: whoever has the rights may stop everything. So is the
 * rule: its ARN carries an ID that it gets when it is made.
 */
export function protectionStatements(props: ProtectionProps): readonly unknown[] {
  const { administrators, exemptUntilTag, exemptPathPrefixes, waves } = props;
  const deny = (
    { Sid, Action, Resource, Condition }: Omit<Statement, 'Effect'>,
    ...also: readonly string[]
  ) => {
    const spared = Fn.split(',', join([stackSetRoles, ...also, administrators.valueAsString]));
    const condition = { ...Condition, ArnNotLike: { 'aws:PrincipalArn': spared } };
    return { Sid, Effect: 'Deny', Action, Resource, Condition: condition };
  };
  const { tagKeys, userArns } = waveExemptions(waves);
  const tag = choose(isGiven(exemptUntilTag), exemptUntilTag.valueAsString);
  const others = [
    ...[functions, ...documents, stacks, role(`${rolePrefix}*`)],
    // The roles that are spared, too: whoever makes himself such a role would be.
    ...[stackSetRoles, administrators.valueAsString],
    ...userArns,
  ];
  return [
    deny(
      {
        Sid: 'Exemptions',
        Action: ['iam:TagUser', 'iam:UntagUser', 'iam:CreateUser'],
        Resource: `${anyUser}/*`,
        Condition: {
          // A user's tag keys are the same in any case.
          'ForAnyValue:StringEqualsIgnoreCase': {
            'aws:TagKeys': [defaultExemptUntilTag, protectedTag, tag, ...tagKeys],
          },
        },
      },
      restoreRole,
    ),
    deny(
      {
        Sid: 'Automation',
        Action: [...actions.recordActions, ...actions.invocationActions],
        Resource: [records, functions],
      },
      revokeRole,
      restoreRole,
    ),
    deny({ Sid: 'Passwords', Action: actions.secretActions, Resource: secrets }, issuePasswordRole),
    // One statement, since each repeats who is spared; no action goes with two of the resources' types.
    deny({
      Sid: 'Machinery',
      Action: [
        ...['iam:CreateUser', 'iam:UpdateUser'],
        ...actions.functionActions,
        ...actions.documentActions,
        ...actions.roleActions,
        ...actions.stackActions,
      ],
      Resource: Fn.split(
        ',',
        choose(
          isGiven(exemptPathPrefixes),
          join([...others, usersBelow(exemptPathPrefixes.valueAsString)]),
          join(others),
        ).toString(),
      ),
    }),
  ];
}

/** Takes paths separated by commas. Gives back the ARNs of all users below them, separated likewise. */
function usersBelow(paths: string): string {
  return `${anyUser}${Fn.join(`*,${anyUser}`, Fn.split(',', paths))}*`;
}

function join(arns: readonly string[]): string {
  return Fn.join(',', [...arns]);
}
