import { describe, expect, it } from 'vitest';
import { parseRestoreOptions, type RawRestoreOptions } from '../../../cli/restore/command.ts';

const executionId = '11111111-2222-4333-8444-555555555555';
const accessKey = 'AKIATEST000000000001';

describe('the options of restore', () => {
  it('name every revocation unless one is given', () => {
    expect(parseRestoreOptions(['alice'], {})).toEqual({
      kind: 'restore',
      target: { kind: 'users', users: ['alice'] },
      yes: false,
      format: 'table',
      parameters: { RevocationId: 'All' },
    });
    const { parameters } = restoreOptions({ revocation: executionId });
    expect(parameters).toEqual({ RevocationId: executionId });
  });

  it('pass on to the document only what was given', () => {
    const raw = { password: true, passwordReset: false, includeUnconfirmed: true, graceDays: '7' };
    expect(restoreOptions(raw).parameters).toEqual({
      ...{ RevocationId: 'All', RestorePassword: 'true', PasswordResetRequired: 'false' },
      ...{ IncludeUnconfirmed: 'true', GraceDays: '7' },
    });
    // Commander says so where --no-password-reset is not given.
    expect(restoreOptions({ passwordReset: true }).parameters).toEqual({ RevocationId: 'All' });
  });

  it('restrict an access key to itself', () => {
    expect(parseRestoreOptions([], { accessKey })).toMatchObject({
      target: { kind: 'access-key', accessKeyId: accessKey },
      parameters: { RevocationId: 'All', AccessKeyId: accessKey },
    });
  });

  it('list of some users, or of all', () => {
    const list = { kind: 'list', format: 'json', maxRecordAgeDays: 90 };
    expect(parseRestoreOptions([], { list: true, format: 'json' })).toEqual({ ...list, users: [] });
    const ofAlice = parseRestoreOptions(['alice'], { list: true, format: 'json' });
    expect(ofAlice).toEqual({ ...list, users: ['alice'] });
    // Commander says so where --no-password-reset is not given.
    const older = parseRestoreOptions([], {
      ...{ list: true, maxRecordAgeDays: '200', passwordReset: true },
    });
    expect(older).toEqual({ kind: 'list', format: 'table', maxRecordAgeDays: 200, users: [] });
  });

  it.each<[string, string[], RawRestoreOptions, RegExp]>([
    ['nobody', [], {}, /^nobody to restore; give users, --access-key AKIA…, or --list/u],
    ['users and a key', ['alice'], { accessKey }, /^--access-key finds its user itself/u],
    ['a list of old', [], { list: true, maxRecordAgeDays: 'x' }, /^--max-record-age-days is "x"/u],
    ['a key that is none', [], { accessKey: 'AKIA' }, /^--access-key is "AKIA"; expected an acc/u],
    ['a revocation that is none', ['a'], { revocation: 'last' }, /^--revocation is "last"; exp/u],
    ['a long grace', ['a'], { graceDays: '31' }, /^--grace-days is "31"; expected a whole number/u],
  ])('are refused: %s', (_, users, raw, message) => {
    expect(() => parseRestoreOptions(users, raw)).toThrow(message);
    expect(() => parseRestoreOptions(users, raw)).toThrow(/restore --help\.$/u);
  });
});

describe('what a list cannot take', () => {
  it.each<[string, RawRestoreOptions]>([
    ['--yes', { yes: true }],
    ['--access-key', { accessKey }],
    ['--password', { password: true }],
    ['--no-password-reset', { passwordReset: false }],
    ['--include-unconfirmed', { includeUnconfirmed: true }],
    ['--revocation', { revocation: executionId }],
    ['--grace-days', { graceDays: '7' }],
    ['--rule', { rule: 'r' }],
    ['--topic', { topic: 'none' }],
    ['--yes, --grace-days', { yes: true, graceDays: 'also where its value is wrong' }],
  ])('is refused by name: %s', (named, raw) => {
    const taken = 'takes users, --format and --max-record-age-days';
    expect(() => parseRestoreOptions(['alice'], { list: true, ...raw })).toThrow(
      `--list only shows records, and ${taken}; no ${named}. See`,
    );
  });
});

function restoreOptions(raw: RawRestoreOptions) {
  const options = parseRestoreOptions(['alice'], raw);
  if (options.kind !== 'restore') throw new Error('it lists');
  return options;
}
