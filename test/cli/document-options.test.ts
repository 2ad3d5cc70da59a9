import { describe, expect, it } from 'vitest';
import { documentFlags, documentOptions, flaggedParameters } from '../../cli/document-options.ts';
import type { DocumentFlag, DocumentOption } from '../../cli/options.ts';
import {
  parseRestoreOptions,
  type RawRestoreOptions,
  restoreDocumentOptions,
  restoreFlags,
} from '../../cli/restore/options.ts';
import { retireDocumentOptions, retireFlags } from '../../cli/retire/options.ts';
import {
  parseRevokeOptions,
  type RawRevokeOptions,
  revokeDocumentOptions,
} from '../../cli/revoke/options.ts';
import {
  restoreDocument,
  retireDocument,
  revokeDocument,
} from '../../remediation-docs/documents.ts';

/** Parameters that a command sets itself. */
const ownParameters = [
  'IAMResourceId',
  'AutomationAssumeRole',
  'ContentHash',
  'DryRun',
  'AccessKeyId',
];

describe.each([
  ['revoke', revokeDocument, revokeDocumentOptions, {}],
  ['retire', retireDocument, retireDocumentOptions, retireFlags],
  ['restore', restoreDocument, restoreDocumentOptions, restoreFlags],
])('the options of %s', (_, document, options, flags) => {
  it('are the parameters of its document', () => {
    const named = [
      ...Object.values<DocumentOption>(options),
      ...Object.values<DocumentFlag>(flags),
    ].map(({ parameter }) => parameter);
    const others = Object.keys(document.parameters()).filter(
      (name) => !ownParameters.includes(name),
    );
    expect(new Set(named)).toEqual(new Set(others));
  });

  it('accept their defaults', () => {
    for (const option of Object.values<DocumentOption>(options)) {
      expect(option.accepts(option.default)).toBe(true);
    }
  });
});

describe('an option', () => {
  const document = {
    name: 'Document',
    parameters: () => ({
      Mode: { description: 'How it works.', default: 'Fast', allowedValues: ['Fast', 'Slow'] },
      Days: { description: 'Days, from 1 to 9.', default: '3', allowedPattern: '^[1-9]$' },
      Id: { description: 'An ID.', allowedPattern: '^x+$' },
    }),
  };

  it('has the default, description, values and pattern of its parameter', () => {
    const options = documentOptions(
      document,
      { mode: 'Mode', days: 'Days', id: 'Id' },
      { id: 'x' },
    );
    const { mode, days, id } = options;
    expect(mode).toMatchObject({ description: 'How it works. One of Fast, Slow', default: 'Fast' });
    expect([mode.accepts('Slow'), mode.accepts('slow')]).toEqual([true, false]);
    expect(mode.expected).toBe('Fast, Slow');
    expect([days.accepts('9'), days.accepts('0'), days.accepts('9\n')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(days.expected).toBe('a value that Days accepts: Days, from 1 to 9');
    expect([id.default, id.accepts('xx')]).toEqual(['x', true]);
  });

  it('must be a parameter of the document, with a default', () => {
    expect(() => documentOptions(document, { a: 'A' })).toThrow('Document has no parameter A');
    expect(() => documentOptions(document, { id: 'Id' })).toThrow('or no default for it');
  });
});

describe('an option without a value', () => {
  const document = {
    name: 'Document',
    parameters: () => ({
      More: { description: 'Do more. It may take longer.', default: 'false' },
      Ask: { description: 'Require an answer.', default: 'true' },
      Days: { description: 'Days.', default: '3' },
    }),
  };
  const flags = documentFlags(document, { more: 'More', ask: 'Ask' });

  it('sets its parameter to the opposite of the default, and says so', () => {
    expect(flags).toEqual({
      more: {
        ...{ parameter: 'More', value: 'true', flag: '--more' },
        description: 'Do more. It may take longer',
      },
      ask: {
        ...{ parameter: 'Ask', value: 'false', flag: '--no-ask' },
        description: 'Do not require an answer',
      },
    });
    expect(flaggedParameters(flags, { more: true, ask: false })).toEqual({
      More: 'true',
      Ask: 'false',
    });
    // Commander sets `ask` to true if --no-ask is not given.
    expect(flaggedParameters(flags, { ask: true })).toEqual({});
  });

  it('must be a parameter of the document that is true or false', () => {
    for (const parameter of ['Other', 'Days']) {
      expect(() => documentFlags(document, { any: parameter })).toThrow(
        `Document has no parameter ${parameter} that is true or false`,
      );
    }
  });
});

describe('the options of revoke', () => {
  const parametersOf = (raw: RawRevokeOptions) => parseRevokeOptions(['alice'], raw).parameters;

  it('pass to the document only what was given', () => {
    expect(parametersOf({})).toEqual({});
    const given = { rule: 'mine', passwordAction: 'Keep', maxRevocationsPerDay: '0' };
    const expected = { ConfigRuleName: 'mine', PasswordAction: 'Keep', MaxRevocationsPerDay: '0' };
    expect(parametersOf(given)).toEqual(expected);
  });

  it.each<[RawRevokeOptions, RegExp]>([
    [{ passwordAction: 'x' }, /^--password-action is "x"; expected Delete, Replace, Keep\. See/u],
    [{ neverUsedAccessKeyAction: 'x' }, /^--never-used-access-key-action is "x"; expected Deact/u],
    [{ minimumIdleDays: '0' }, /^--minimum-idle-days is "0"; expected .*Days, from 1 to 3650\./u],
    [{ enforceFrom: '2027-02-30' }, /^--enforce-from is "2027-02-30"; .*such as 2027-01-31/u],
    [{ topic: 'topic' }, /^--topic is "topic"; expected .*the ARN of the SNS topic/iu],
    [{ format: 'csv' }, /^--format is "csv"; expected table, json\. See .*revoke --help\.$/u],
  ])('are refused if they are wrong: %j', (raw, message) => {
    expect(() => parametersOf(raw)).toThrow(message);
  });
});

describe('the options of restore', () => {
  const executionId = '11111111-2222-4333-8444-555555555555';
  const accessKey = 'AKIATEST000000000001';
  const choice = { dryRun: false, yes: false, verbose: false, format: 'table' };
  const restoration = { kind: 'restore', ...choice };
  const list = { kind: 'list', format: 'table', maxRecordAgeDays: 90, users: [] };

  it.each<[string, string[], RawRestoreOptions, object]>([
    ['every revocation by default', ['a'], {}, { RevocationId: 'All' }],
    ['one revocation', ['a'], { revocation: executionId }, { RevocationId: executionId }],
    // Commander sets this if --no-password-reset is not given.
    ['nothing that was not given', ['a'], { passwordReset: true }, { RevocationId: 'All' }],
    [
      'everything that was given',
      ['a'],
      { password: true, passwordReset: false, includeUnconfirmed: true, graceDays: '7' },
      {
        ...{ RevocationId: 'All', RestorePassword: 'true', PasswordResetRequired: 'false' },
        ...{ IncludeUnconfirmed: 'true', GraceDays: '7' },
      },
    ],
    ['one access key', [], { accessKey }, { RevocationId: 'All', AccessKeyId: accessKey }],
  ])('pass %s to the document', (_, users, raw, parameters) => {
    const target =
      users.length === 0
        ? { kind: 'access-key', accessKeyId: accessKey }
        : { kind: 'users', users };
    expect(parseRestoreOptions(users, raw)).toEqual({ ...restoration, target, parameters });
  });

  it.each<[string, string[], RawRestoreOptions, object]>([
    ['all users', [], {}, {}],
    ['some users', ['alice'], { format: 'json' }, { users: ['alice'], format: 'json' }],
    [
      'older records',
      [],
      { maxRecordAgeDays: '200', passwordReset: true },
      { maxRecordAgeDays: 200 },
    ],
  ])('list %s', (_, users, raw, expected) => {
    expect(parseRestoreOptions(users, { list: true, ...raw })).toEqual({ ...list, ...expected });
  });

  it.each<[string, string[], RawRestoreOptions, RegExp]>([
    ['no user', [], {}, /^no user to restore; name users, or give --access-key AKIA… or --list/u],
    ['users and a key', ['alice'], { accessKey }, /^--access-key finds its user itself/u],
    [
      'an age of a list',
      [],
      { list: true, maxRecordAgeDays: 'x' },
      /^--max-record-age-days is "x"/u,
    ],
    ['a malformed key', [], { accessKey: 'AKIA' }, /^--access-key is "AKIA"; expected the ID of/u],
    ['a malformed revocation', ['a'], { revocation: 'last' }, /^--revocation is "last"; expected/u],
    ['a long grace', ['a'], { graceDays: '31' }, /^--grace-days is "31"; .*Days, from 1 to 30/u],
  ])('are refused: %s', (_, users, raw, message) => {
    expect(() => parseRestoreOptions(users, raw)).toThrow(message);
    expect(() => parseRestoreOptions(users, raw)).toThrow(/restore --help\.$/u);
  });

  it.each<[string, RawRestoreOptions]>([
    ['--access-key', { accessKey }],
    ['--no-password-reset', { passwordReset: false }],
    [
      '--revocation, --grace-days, --rule, --topic, --include-unconfirmed, --password',
      {
        ...{ revocation: executionId, graceDays: '7', rule: 'r', topic: 'none' },
        ...{ includeUnconfirmed: true, password: true },
      },
    ],
    ['--dry-run, --verbose', { dryRun: true, verbose: true }],
    ['--yes, --grace-days', { yes: true, graceDays: 'also if its value is wrong' }],
  ])('of a list do not include %s', (named, raw) => {
    const taken = 'takes users, --format and --max-record-age-days';
    expect(() => parseRestoreOptions(['alice'], { list: true, ...raw })).toThrow(
      `--list only shows records, and ${taken}; remove ${named}. See`,
    );
  });
});
