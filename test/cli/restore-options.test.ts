import { describe, expect, it } from 'vitest';
import { parseRestoreOptions, type RawRestoreOptions } from '../../rule/cli/restore-options.ts';

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
    const list = { kind: 'list', format: 'json' };
    expect(parseRestoreOptions([], { list: true, format: 'json' })).toEqual({ ...list, users: [] });
    const ofAlice = parseRestoreOptions(['alice'], { list: true, format: 'json' });
    expect(ofAlice).toEqual({ ...list, users: ['alice'] });
  });

  it.each<[string, string[], RawRestoreOptions, RegExp]>([
    ['nobody', [], {}, /^nobody to restore; give users, --access-key AKIA…, or --list/u],
    ['users and a key', ['alice'], { accessKey }, /^--access-key finds its user itself/u],
    ['a list of a key', [], { list: true, accessKey }, /^--list only shows records/u],
    ['a list that restores', [], { list: true, password: true }, /^--list only shows records/u],
    ['a key that is none', [], { accessKey: 'AKIA' }, /^--access-key is "AKIA"; expected an acc/u],
    ['a revocation that is none', ['a'], { revocation: 'last' }, /^--revocation is "last"; exp/u],
    ['a long grace', ['a'], { graceDays: '31' }, /^--grace-days is "31"; expected a whole number/u],
  ])('are refused: %s', (_, users, raw, message) => {
    expect(() => parseRestoreOptions(users, raw)).toThrow(message);
    expect(() => parseRestoreOptions(users, raw)).toThrow(/restore --help\.$/u);
  });
});

function restoreOptions(raw: RawRestoreOptions) {
  const options = parseRestoreOptions(['alice'], raw);
  if (options.kind !== 'restore') throw new Error('it lists');
  return options;
}
