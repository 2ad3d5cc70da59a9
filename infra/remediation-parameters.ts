import { parse } from 'yaml';
import { revokeDocument } from '../remediation-docs/documents.ts';
import type { StackParameter } from './stack-parameter.ts';

interface DocumentParameter {
  readonly description: string;
  readonly default: string;
  readonly allowedValues?: readonly string[];
  readonly allowedPattern?: string;
}

const documented: Readonly<Record<string, DocumentParameter>> = parse(
  revokeDocument.load(),
).parameters;

/** Takes a parameter's name in the document that revokes, its label, and what is said of a wrong value. */
function define(name: string, label: string, constraint?: string): StackParameter {
  const parameter = documented[name];
  if (parameter === undefined) throw new Error(`${revokeDocument.name} has no parameter ${name}`);
  const { description, allowedValues, allowedPattern } = parameter;
  return {
    label,
    description: description.replace('(Optional) ', ''),
    default: parameter.default,
    ...(allowedValues === undefined ? {} : { allowedValues }),
    ...(allowedPattern === undefined ? {} : { allowedPattern }),
    ...(constraint === undefined ? {} : { constraint }),
  };
}

/** The stack parameters that AWS Config hands on to the document, under the same names. */
export const handedOn = {
  PasswordAction: define('PasswordAction', 'Unused passwords'),
  AccessKeyAction: define('AccessKeyAction', 'Unused access keys'),
  NeverUsedAccessKeyAction: define('NeverUsedAccessKeyAction', 'Access keys never used'),
  MinimumIdleDays: define(
    ...([
      'MinimumIdleDays',
      'Nothing younger than (days)',
      'must be a whole number of days from 1 to 3650',
    ] as const),
  ),
  MaxRevocationsPerDay: define(
    ...([
      'MaxRevocationsPerDay',
      'At most so many a day',
      'must be a whole number from 0 to 9999; 0 means no limit',
    ] as const),
  ),
  EnforceFrom: define('EnforceFrom', 'Nothing before (date)', 'must be a date such as 2027-01-31'),
} as const;

/** What decides whether and how unused credentials are revoked. */
export const remediationParameters = {
  AutomaticRemediation: {
    label: 'Revoke automatically',
    description:
      'With true AWS Config revokes the unused credentials of every NON_COMPLIANT user, within the brakes below. With false somebody starts it, in the console or by the command line.',
    default: 'false',
    allowedValues: ['true', 'false'],
  },
  ...handedOn,
} as const;
