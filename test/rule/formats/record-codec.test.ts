import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { permissionKinds } from '../../../rule/core/retired-permissions.ts';
import { recordOf } from '../../../rule/core/revocation-record.ts';
import {
  checkRecord,
  decodeRecord,
  encodeRecord,
  isRetirementRole,
  isRevocationRole,
} from '../../../rule/formats/record-codec.ts';
import { ago, now } from '../../builders/account.ts';
import { coreKey, coreUser } from '../../builders/core-user.ts';
import {
  assess,
  executionId,
  record,
  recordedKey,
  recordedPassword,
  userId,
} from '../../builders/revocation.ts';

const full = record([recordedKey('AKIA1'), recordedPassword]);
const sha256 = 'a'.repeat(64);
const counts = { parameters: 2, sha256, more: 1 };
const part = { ...counts, holds: [{ kind: 'group', id: 'admins' }] } as const;
const retirement = { denyAttached: true, parts: [part] };
/** The JSON of a retirement with this part. */
const withPart = (rest: object) => ({
  retirement: { denyAttached: true, parts: [{ ...counts, holds: ['group admins'], ...rest }] },
});
const earlier = { denyAttached: true, parts: 2, sha256 };
const dates = { used: '2026-08-13T06:30:00Z', created: '2025-10-17T06:30:00Z' };
const key = { ...recordedKey('AKIA1'), ...dates };
const secret = { ...recordedPassword, ...dates, changed: '2026-01-25T06:30:00Z' };
/** The JSON of `full`. */
const written = { ...full, recordedAt: '2026-11-20T06:30:00Z', credentials: [key, secret] };
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a revocation record', () => {
  it('is read from its text as it was written', () => {
    expect(decodeRecord(encodeRecord(full))).toEqual(full);
    const neverUsed = record([recordedKey('AKIA1', { used: undefined })]);
    expect(decodeRecord(encodeRecord(neverUsed))).toEqual(neverUsed);
    const retired = { ...full, retirement };
    expect(decodeRecord(encodeRecord(retired))).toEqual(retired);
    const other = record([
      recordedKey('AKIA1', { action: 'Delete' }),
      { ...recordedPassword, action: 'Replace' },
    ]);
    expect(decodeRecord(encodeRecord(other))).toEqual(other);
    const whole = { ...retirement, parts: [{ ...part, parameters: 1, holds: null, more: 0 }] };
    const nothingElse = record([], { retirement: whole });
    expect(decodeRecord(encodeRecord(nothingElse))).toEqual(nothingElse);
  });

  it('writes the permissions of a part as their names, and reads their kinds from these', () => {
    const holds = permissionKinds.map((kind) => ({ kind, id: 'MFA device of group x' }));
    const retired = { ...full, retirement: { denyAttached: true, parts: [{ ...counts, holds }] } };
    const text = encodeRecord(retired);
    expect(Buffer.from(text, 'base64url').toString()).toContain(
      '["group MFA device of group x","attached policy MFA device of group x"',
    );
    expect(decodeRecord(text)).toEqual(retired);
  });

  it('of an earlier version counts the parameters of a retirement, and does not say what they hold', () => {
    const read = (given: object) => decodeRecord(encode({ ...written, retirement: given }));
    const whole = { parameters: 2, sha256, holds: null, more: 0 };
    expect(read(earlier).retirement).toEqual({ denyAttached: true, parts: [whole] });
    expect(read({ ...earlier, parts: 0 }).retirement?.parts).toEqual([]);
  });

  it('holds service and Region of the last use, and drops texts that are no such names', () => {
    const of = (lastUsedService: string, lastUsedRegion?: string) => {
      const key = recordedKey('AKIA1', { lastUsedService, lastUsedRegion });
      const [read] = decodeRecord(encodeRecord(record([key]))).credentials;
      return [read?.lastUsedService, read?.lastUsedRegion];
    };
    expect(of('ses-smtp', 'eu-west-1')).toEqual(['ses-smtp', 'eu-west-1']);
    // A record of an earlier version has neither.
    expect(of('s3')).toEqual(['s3', undefined]);
    expect(of('s3\nYour account', 'x'.repeat(65))).toEqual([undefined, undefined]);
    const withPassword = record([{ ...recordedPassword, lastUsedService: 's3' }]);
    expect(() => decodeRecord(encodeRecord(withPassword))).toThrow('lastUsedService: ');
  });

  it('is text that neither Parameter Store nor an Automation step can misread', () => {
    const odd = encodeRecord(record([{ ...recordedPassword, reason: '{{ odd }} {"json": true}' }]));
    expect(odd).toMatch(/^[\w-]+$/u);
  });

  it('has dates in ISO 8601, for people who decode it', () => {
    const json = Buffer.from(encodeRecord(full), 'base64url').toString();
    expect(JSON.parse(json)).toEqual(written);
  });

  it('fits a standard parameter, 4,096 characters, at the longest names that AWS allows', () => {
    const long = (length: number) => 'x'.repeat(length);
    const accessKeys = [1, 2].map((index) =>
      coreKey({
        id: long(127) + index,
        used: ago(1000.123),
        created: ago(2000),
        changed: ago(2000),
        lastUsedService: long(64),
        lastUsedRegion: long(64),
      }),
    );
    const password = { used: ago(999.123), created: ago(2000), changed: ago(2000) };
    const user = coreUser({ userName: long(64), password, accessKeys });
    const revocations = assess(user).due.map((credential) => ({
      credential,
      action: 'Delete' as const,
    }));
    const made = recordOf(
      user,
      revocations,
      { accountId: '123456789012', executionId, userId: `AIDA${long(124)}`, ruleName: long(128) },
      now,
    );
    expect(made.credentials).toHaveLength(3);
    expect(encodeRecord(made).length).toBeLessThan(4096);
  });

  it.each([
    ['another version', { schemaVersion: 2 }, 'schemaVersion: '],
    ['a field too many', { extra: 1 }, 'extra: '],
    ['a field too few', { userId: undefined }, 'userId: '],
    [
      'no credentials',
      { credentials: [] },
      'credentials: Expected at least one, because the record is not of a retirement',
    ],
    [
      'a deactivated password',
      { credentials: [{ ...secret, action: 'Deactivate' }] },
      'credentials.0',
    ],
    ['a password with an ID', { credentials: [{ ...secret, id: 'A' }] }, 'credentials.0.id: '],
    ['an unknown action', { credentials: [{ ...key, action: 'Reset' }] }, 'credentials.0.action: '],
    ['a key without ID', { credentials: [{ ...key, id: null }] }, 'credentials.0.id: '],
    [
      'a retirement without its hash',
      { retirement: { ...earlier, sha256: 'none' } },
      'retirement.sha256: Expected a SHA-256',
    ],
    ['a hash too long', { retirement: { ...earlier, sha256: `a${sha256}` } }, 'retirement.sha256'],
    ['a longer hash', { retirement: { ...earlier, sha256: `${sha256}a` } }, 'retirement.sha256'],
    ['a retirement that is text', { retirement: 'sha256' }, 'retirement: '],
    ['a retirement that is null', { retirement: null }, 'retirement: '],
    ['less than no permissions', withPart({ more: -1 }), 'retirement.parts.0.more: '],
    ['half a parameter', { retirement: { ...earlier, parts: 0.5 } }, 'retirement.parts: '],
    ['a part without a parameter', withPart({ parameters: 0 }), 'retirement.parts.0.parameters: '],
    [
      'a permission of an unknown kind',
      withPart({ holds: ['group admins', 'role admins'] }),
      'retirement.parts.0.holds.1: Expected the kind of a permission and its name',
    ],
    [
      'a permission without a name',
      withPart({ holds: ['group '] }),
      'retirement.parts.0.holds.0: ',
    ],
    ['a field too many inside', { credentials: [{ ...key, extra: 1 }] }, 'credentials.0.extra: '],
    ['no reason', { credentials: [{ ...key, reason: undefined }] }, 'credentials.0.reason: '],
    [
      'no date',
      { recordedAt: 'yesterday' },
      'recordedAt: Expected an ISO 8601 instant with offset',
    ],
    ['no date inside', { credentials: [{ ...key, used: 7 }] }, 'credentials.0.used: '],
  ])('of %s is refused, naming the place', (_, change, place) => {
    expect(() => decodeRecord(encode({ ...written, ...change }))).toThrow(
      expect.objectContaining({
        name: 'RecordError',
        message: expect.stringContaining(`The text is not a revocation record: ${place}`),
      }),
    );
  });

  it('is refused with anything around it, although a base64 decoder ignores it', () => {
    const text = encodeRecord(full);
    for (const around of [` ${text}`, `${text}\n`, `{${text}`, `${text}=`, '']) {
      expect(() => decodeRecord(around)).toThrow('it is not base64url');
    }
    expect(() => decodeRecord('abc')).toThrow('it does not contain JSON');
    expect(() => decodeRecord(encode(7))).toThrow('is not a revocation record: the whole value: ');
  });

  it('is refused with an expected error for any other text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
        ),
        (text) => {
          expect(() => decodeRecord(text)).toThrow(
            expect.objectContaining({ name: 'RecordError' }),
          );
        },
      ),
    );
  });
});

const owner = { partition: 'aws', accountId: '123456789012', region: 'us-east-1', userId };
const writer =
  'arn:aws:sts::123456789012:assumed-role/UnusedIamCredentials-Revoke-us-east-1/Automation-1';
const ours = record([recordedKey('AKIA1')]);
/** The text is made in the tests, so that one that cannot be made fails them. */
const version = { version: 1, value: null, writer };
type Version = Omit<typeof version, 'value'> & { readonly value: string | null };
const check = (versions: Version[], name = ours.name, of = owner) => {
  const made = versions.map((each) => ({ ...each, value: each.value ?? encodeRecord(ours) }));
  return checkRecord({ name, versions: made }, of);
};
const why = (...args: Parameters<typeof check>) => {
  const result = check(...args);
  return result.genuine ? 'genuine' : result.why;
};

describe('a stored record', () => {
  it('is genuine with one version, written by our role, of this account, user and name', () => {
    expect(check([version])).toEqual({ genuine: true, record: ours });
  });

  it('is genuine if AWS names our role without its session', () => {
    expect(why([{ ...version, writer: writer.replace('/Automation-1', '') }])).toBe('genuine');
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
    expect(why([{ ...version, writer: other }])).toContain(
      `not written by role UnusedIamCredentials-Revoke-${owner.region} or UnusedIamCredentials-Retire-${owner.region}`,
    );
  });

  it('of a retirement is genuine only if the role that retires wrote it, and of a revocation only if the role that revokes did', () => {
    const retired = record([], { retirement });
    const retirer = writer.replace('Revoke', 'Retire');
    const value = encodeRecord(retired);
    expect(check([{ ...version, value, writer: retirer }])).toEqual({
      genuine: true,
      record: retired,
    });
    expect(why([{ ...version, value }])).toBe(
      'only role UnusedIamCredentials-Retire-us-east-1 writes such a record',
    );
    expect(why([{ ...version, writer: retirer }])).toBe(
      'only role UnusedIamCredentials-Revoke-us-east-1 writes such a record',
    );
  });

  it('is refused when overwritten, even by our own role', () => {
    expect(why([version, { ...version, version: 2 }])).toBe('it was overwritten');
    expect(why([{ ...version, version: 2 }])).toBe('it was overwritten');
    expect(check([])).toEqual({ genuine: false, why: 'it has no version', writer: 'unknown' });
    const mallory = 'arn:aws:iam::123456789012:user/mallory';
    const both = check([version, { ...version, version: 2, writer: mallory }]);
    expect(both).toMatchObject({ writer: `${writer} and ${mallory}` });
  });

  it('is refused for another user, of another account, or under another name', () => {
    const of = (rest: object) => [{ ...version, value: encodeRecord({ ...ours, ...rest }) }];
    expect(why(of({ userId: 'AIDAOTHERUSEROTHERUSER' }))).toBe('it belongs to another user');
    expect(why(of({ accountId: '210987654321' }))).toBe('it belongs to another account');
    expect(why([version], `${ours.name}-copy`)).toBe('it was written under another name');
  });

  it('is refused without a quotation if its text is not a record', () => {
    expect(why([{ ...version, value: 'e30' }])).toBe('its text is not a record of this version');
  });
});

it('records are written by the roles that revoke and retire, and retirements by the latter', () => {
  const by = (role: string) => {
    const name = writer.replace('Revoke', role);
    return [isRevocationRole(name, owner), isRetirementRole(name, owner)];
  };
  expect(['Revoke', 'Retire', 'Restore'].map(by)).toEqual([
    [true, false],
    [true, true],
    [false, false],
  ]);
});
