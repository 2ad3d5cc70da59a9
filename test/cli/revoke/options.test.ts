import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { DocumentOption } from '../../../cli/options.ts';
import { restoreDocumentOptions } from '../../../cli/restore/command.ts';
import {
  parseRevokeOptions,
  type RawRevokeOptions,
  revokeDocumentOptions,
} from '../../../cli/revoke/command.ts';
import { restoreDocument, revokeDocument } from '../../../remediation-docs/documents.ts';

interface DocumentParameter {
  readonly default?: string;
  readonly allowedPattern?: string;
  readonly allowedValues?: readonly string[];
}

/** Parameters that a command fills in itself. */
const ownParameters = [
  ...['IAMResourceId', 'AutomationAssumeRole', 'ContentHash', 'DryRun', 'AccessKeyId'],
  ...['IncludeUnconfirmed', 'RestorePassword', 'PasswordResetRequired'],
];

const values = [
  ...['', 'none', 'Any', 'All', 'Delete', 'delete', 'Deactivate', 'Keep', 'rule_1:x/y=@', 'a b'],
  ...['0', '1', '01', '30', '31', '365', '3650', '3651', '9999', '10000', '-1', '1.5', ' 1', '1\n'],
  ...['2027-01-31', '2027-1-31', '2027-13-01', 'today', '11111111-2222-4333-8444-555555555555'],
  ...['arn:aws:sns:us-east-1:123456789012:topic', 'arn:aws:sns:us-east-1:1:topic', 'x'.repeat(129)],
];

describe.each([
  ['revoke', revokeDocument, revokeDocumentOptions],
  ['restore', restoreDocument, restoreDocumentOptions],
])('the options of %s', (_, document, options) => {
  const { parameters } = parse(document.load()) as {
    parameters: Record<string, DocumentParameter>;
  };
  const definitions = Object.entries<DocumentOption>(options);

  it('are the parameters of its document', () => {
    const named = definitions.map(([, { parameter }]) => parameter);
    const others = Object.keys(parameters).filter((name) => !ownParameters.includes(name));
    expect(new Set(named)).toEqual(new Set(others));
  });

  it.each(definitions)('take for --%s what the document takes', (_name, option) => {
    const parameter = parameters[option.parameter];
    const { allowedPattern = '', allowedValues } = parameter ?? {};
    const allows = (value: string) =>
      (allowedValues?.includes(value) ?? true) && new RegExp(allowedPattern, 'u').test(value);
    expect(values.filter(option.accepts)).toEqual(values.filter(allows));
    expect(option.accepts(option.default)).toBe(true);
    // A revocation has to be named to the document; the command names all.
    expect(parameter?.default ?? 'All').toBe(option.default);
  });
});

describe('the options of revoke', () => {
  const parametersOf = (raw: RawRevokeOptions) => parseRevokeOptions(['alice'], raw).parameters;

  it('pass on to the document only what was given', () => {
    expect(parametersOf({})).toEqual({});
    expect(parametersOf({ dryRun: true })).toEqual({ DryRun: 'true' });
    const given = { rule: 'mine', passwordAction: 'Keep', maxRevocationsPerDay: '0' };
    expect(parametersOf(given)).toEqual({
      ConfigRuleName: 'mine',
      PasswordAction: 'Keep',
      MaxRevocationsPerDay: '0',
    });
  });

  it.each<[RawRevokeOptions, RegExp]>([
    [
      { passwordAction: 'Deactivate' },
      /^--password-action is "Deactivate"; expected Delete, Keep/u,
    ],
    [{ neverUsedAccessKeyAction: 'x' }, /^--never-used-access-key-action is "x"; expected Deact/u],
    [{ minimumIdleDays: '0' }, /^--minimum-idle-days is "0"; expected a whole number from 1 to/u],
    [{ enforceFrom: '2027-02-30' }, /^--enforce-from is "2027-02-30"; expected an ISO date/u],
    [{ topic: 'topic' }, /^--topic is "topic"; expected the ARN of an SNS topic/u],
    [{ format: 'csv' }, /^--format is "csv"; expected table, json\. See .*revoke --help\.$/u],
  ])('are refused where they are wrong: %j', (raw, message) => {
    expect(() => parametersOf(raw)).toThrow(message);
  });
});
