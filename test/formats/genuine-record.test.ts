import { describe, expect, it } from 'vitest';
import { checkRecord, encodeRecord } from '../../rule/formats/record-codec.ts';
import { record, recordedKey, userId } from '../builders/revocation.ts';

const owner = { partition: 'aws', accountId: '123456789012', region: 'us-east-1', userId };
const writer =
  'arn:aws:sts::123456789012:assumed-role/UnusedIamCredentials-Revoke-us-east-1/Automation-1';
const ours = record([recordedKey('AKIA1')]);
const version = { version: 1, value: encodeRecord(ours), writer };
const check = (versions: (typeof version)[], name = ours.name, of = owner) =>
  checkRecord({ name, versions }, of);
const why = (...args: Parameters<typeof check>) => {
  const result = check(...args);
  return result.genuine ? 'genuine' : result.why;
};

describe('a record', () => {
  it('is genuine with one version, written by our role, of this account, user and name', () => {
    expect(check([version])).toEqual({ genuine: true, record: ours });
  });

  it.each([
    ['a user', 'arn:aws:iam::123456789012:user/mallory'],
    ['another role', 'arn:aws:sts::123456789012:assumed-role/Admin/Automation-1'],
    ['the restoring role', writer.replace('Revoke', 'Restore')],
    ['our role of another Region', writer.replace('us-east-1', 'eu-west-1')],
    ['our role of another account', writer.replace('123456789012', '210987654321')],
    ['our role of another partition', writer.replace('arn:aws:', 'arn:aws-cn:')],
    ['a role whose name begins like ours', writer.replace('us-east-1/', 'us-east-1x/')],
    ['a role in the place of a session', writer.replace('/Automation-1', '/')],
    [
      'a user whose name looks like our role',
      writer.replace('sts::123456789012:assumed-role', 'iam::123456789012:user'),
    ],
  ])('is refused when written by %s, and the writer is named', (_, other) => {
    expect(check([{ ...version, writer: other }])).toMatchObject({ genuine: false, writer: other });
    expect(why([{ ...version, writer: other }])).toContain('not written by role');
  });

  it('is refused when overwritten, even by our own role', () => {
    expect(why([version, { ...version, version: 2 }])).toBe('it was overwritten');
    expect(why([{ ...version, version: 2 }])).toBe('it was overwritten');
    expect(why([])).toBe('it has no version');
    const mallory = 'arn:aws:iam::123456789012:user/mallory';
    const both = check([version, { ...version, version: 2, writer: mallory }]);
    expect(both).toMatchObject({ writer: `${writer} and ${mallory}` });
  });

  it('is refused for another user, of another account, or under another name', () => {
    const of = (rest: object) => [{ ...version, value: encodeRecord({ ...ours, ...rest }) }];
    expect(why(of({ userId: 'AIDAOTHERUSEROTHERUSER' }))).toBe('it is of another user');
    expect(why(of({ accountId: '210987654321' }))).toBe('it is of another account');
    expect(why([version], `${ours.name}-copy`)).toBe('it was written under another name');
  });

  it('is refused without quoting it when its text is no record', () => {
    expect(why([{ ...version, value: 'e30' }])).toBe('its text is no record of this version');
  });
});
