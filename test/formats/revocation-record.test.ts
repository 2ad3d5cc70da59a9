import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordOf } from '../../rule/core/revocation-record.ts';
import { decodeRecord, encodeRecord } from '../../rule/formats/record-codec.ts';
import { ago, now } from '../builders/account.ts';
import { coreKey, coreUser } from '../builders/core-user.ts';
import {
  assess,
  executionId,
  record,
  recordedKey,
  recordedPassword,
  userId,
} from '../builders/revocation.ts';

const full = record([recordedKey('AKIA1'), recordedPassword]);
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a revocation record', () => {
  it('comes back from its text as it was', () => {
    expect(decodeRecord(encodeRecord(full))).toEqual(full);
  });

  it('is text that neither Parameter Store nor an Automation step can misread', () => {
    const odd = encodeRecord(record([{ ...recordedPassword, reason: '{{ odd }} {"json": true}' }]));
    expect(odd).toMatch(/^[\w-]+$/u);
  });

  it('dates in ISO 8601, for whoever decodes it by hand', () => {
    const json = Buffer.from(encodeRecord(full), 'base64url').toString();
    expect(JSON.parse(json)).toMatchObject({
      recordedAt: '2026-11-20T06:30:00Z',
      schemaVersion: 1,
    });
  });

  it('fits a standard parameter, 4,096 characters, at the longest names that AWS allows', () => {
    const long = (length: number) => 'x'.repeat(length);
    const accessKeys = [1, 2].map((index) =>
      coreKey({
        id: long(127) + index,
        used: ago(1000.123),
        created: ago(2000),
        changed: ago(2000),
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

  it('is not made of a key that is not known by ID', () => {
    const user = coreUser({ accessKeys: [coreKey()] });
    const [credential] = assess(user).due;
    if (credential === undefined) throw new Error('expected a due credential');
    const context = { accountId: '123456789012', executionId, userId, ruleName: 'rule' };
    const make = () => recordOf(user, [{ credential, action: 'Delete' }], context, now);
    expect(make).toThrow(expect.objectContaining({ name: 'UserError' }));
  });

  const written = JSON.parse(Buffer.from(encodeRecord(full), 'base64url').toString());
  const [key, secret] = written.credentials;

  it('is read as it was written', () => {
    expect(decodeRecord(encode(written))).toEqual(full);
  });

  it.each([
    ['another version', { schemaVersion: 2 }, 'schemaVersion: '],
    ['a field too many', { extra: 1 }, 'extra: '],
    ['a field too few', { userId: undefined }, 'userId: '],
    ['no credentials', { credentials: [] }, 'credentials: '],
    [
      'a deactivated password',
      { credentials: [{ ...secret, action: 'Deactivate' }] },
      'credentials.0',
    ],
    ['a password with an ID', { credentials: [{ ...secret, id: 'A' }] }, 'credentials.0.id: '],
    ['an unknown action', { credentials: [{ ...key, action: 'Reset' }] }, 'credentials.0.action: '],
    ['a key without ID', { credentials: [{ ...key, id: null }] }, 'credentials.0.id: '],
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
        message: expect.stringContaining(`the text is no revocation record: ${place}`),
      }),
    );
  });

  it('is refused with anything around it, though a decoder of base64 passes over it', () => {
    const text = encodeRecord(full);
    for (const around of [` ${text}`, `${text}\n`, `{${text}`, `${text}=`, '']) {
      expect(() => decodeRecord(around)).toThrow('it is no base64url');
    }
    expect(() => decodeRecord('abc')).toThrow('it holds no JSON');
    expect(() => decodeRecord(encode(7))).toThrow('is no revocation record: the whole: ');
  });

  it('is refused, without a stack trace, for any text that is none', () => {
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
