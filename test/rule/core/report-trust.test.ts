import { describe, expect, it } from 'vitest';
import { isFresh, mayHideAccessKeys, revokedSince } from '../../../rule/core/report-trust.ts';
import { now } from '../../builders/account.ts';

describe('a credential report', () => {
  it.each([
    [0, true],
    [-60_000, true],
    [15 * 60_000, true],
    [15 * 60_000 + 1, false],
  ])('that is %i ms old is as good as live: %s', (age, fresh) => {
    expect(isFresh(now - age, now)).toBe(fresh);
  });

  it.each([
    ['2026-11-21T06:29:59Z 1234', false],
    ['2026-11-21T06:30:00Z 1234', true],
    ['2026-11-21T06:30:01Z', true],
    [' 2026-11-21T06:29:59Z ', false],
    ['2026-11-21T07:30:00+01:00 1234', true],
    ['yesterday', true],
    ['', true],
  ])('made at 06:30:00 may not know of the revocation tagged %j: %s', (value, since) => {
    expect(revokedSince([{ key: 'Unused-IAM-Credentials:Revoked', value }], now)).toBe(since);
  });

  it('knows everything of a user without the tag', () => {
    expect(revokedSince([{ key: 'revoked', value: '2026-11-21T06:30:01Z' }], now)).toBe(false);
  });

  it.each([
    [null, false],
    ['1 more certificate: use ListSigningCertificates', false],
    ['1 more access key: use ListAccessKeys', true],
    ['2 additional Access Keys', true],
    ['see ListAccessKeys', true],
    ['access-key', true],
  ])('whose additional_credentials_info is %j may hide access keys: %s', (text, hides) => {
    expect(mayHideAccessKeys(text)).toBe(hides);
  });
});
