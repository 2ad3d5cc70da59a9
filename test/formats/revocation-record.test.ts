import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordOf } from '../../rule/core/revocation-record.ts';
import { decodeRecord, encodeRecord } from '../../rule/formats/revocation-record.ts';
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

  it.each([
    ['another version', { ...full, schemaVersion: 2 }],
    ['a field too many', { ...full, extra: 1 }],
    ['a field too few', { ...full, userId: undefined }],
    ['no credentials', { ...full, credentials: [] }],
    [
      'a deactivated password',
      { ...full, credentials: [{ ...recordedPassword, action: 'Deactivate' }] },
    ],
    ['an unknown action', { ...full, credentials: [{ ...recordedKey('A'), action: 'Reset' }] }],
    ['no date', { ...full, recordedAt: 'yesterday' }],
  ])('of %s is refused', (_, value) => {
    const made = encode({
      ...value,
      ...(typeof value.recordedAt === 'number' && { recordedAt: '2026-11-20T06:30:00Z' }),
    });
    expect(() => decodeRecord(made)).toThrow(expect.objectContaining({ name: 'RecordError' }));
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
