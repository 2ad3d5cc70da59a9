import { describe, expect, it } from 'vitest';
import { judge } from '../../../rule/core/annotation.ts';
import type { User } from '../../../rule/core/credentials.ts';
import { ago, now } from '../../builders/account.ts';
import { coreKey, coreUser, exemptUntil, parameters } from '../../builders/core-user.ts';

function annotation(user: User, given: Parameters<typeof parameters>[0] = {}): string {
  return judge(user, { parameters: parameters(given), now }).annotation;
}

const password = { used: Date.parse('2026-08-01T06:30:00Z'), changed: ago(900) };
const neverUsed = coreKey({ changed: Date.parse('2024-03-02T06:30:00Z') });

describe('the annotation of a NON_COMPLIANT user', () => {
  it.each([
    ['a password used long ago', { password }, 'password used 2026-08-01 (112 days, limit 45)'],
    [
      'a key never used',
      { accessKeys: [neverUsed] },
      'key 1 never used, since 2024-03-02 (994 days, limit 45)',
    ],
    [
      'a password changed after its last use',
      { password: { used: ago(300), changed: ago(112) } },
      'password changed 2026-08-01, not used since (112 days, limit 45)',
    ],
    [
      'a key created after its last use',
      { accessKeys: [coreKey({ used: ago(300), created: ago(112), changed: ago(300) })] },
      'key 1 changed 2026-08-01, not used since (112 days, limit 45)',
    ],
    [
      'a key whose ID is known',
      { accessKeys: [{ ...neverUsed, id: 'AKIAIOSFODNN7EXAMPLE' }] },
      'key AKIAIOSFODNN7EXAMPLE never used, since 2024-03-02 (994 days, limit 45)',
    ],
    [
      'a key of which neither ID nor slot is known',
      { accessKeys: [{ ...neverUsed, slot: null }] },
      'key never used, since 2024-03-02 (994 days, limit 45)',
    ],
  ])('names %s', (_, user, expected) => {
    expect(annotation(coreUser(user))).toBe(expected);
  });

  const place = { lastUsedService: 's3', lastUsedRegion: 'eu-west-1' };
  it.each([
    ['nothing', {}, ''],
    ['nothing of a Region alone', { lastUsedRegion: 'eu-west-1' }, ''],
    ['the service', { lastUsedService: 's3' }, '; key 1 last used by s3'],
    ['the service and Region', place, '; key 1 last used by s3 in eu-west-1'],
  ])('ends with where a key was last used, as much as is known: %s', (_, known, expected) => {
    expect(annotation(coreUser({ accessKeys: [coreKey({ used: ago(112), ...known })] }))).toBe(
      `key 1 used 2026-08-01 (112 days, limit 45)${expected}`,
    );
  });

  it('names what is due by idle time, the longest first, and says "days" once', () => {
    expect(annotation(coreUser({ password, accessKeys: [neverUsed] }))).toBe(
      'key 1 never used, since 2024-03-02 (994 days, limit 45); password used 2026-08-01 (112, limit 45)',
    );
  });

  it('names only what is due', () => {
    expect(
      annotation(coreUser({ password, accessKeys: [neverUsed] }), {
        evaluationScope: 'console-password',
      }),
    ).toBe('password used 2026-08-01 (112 days, limit 45)');
  });

  it.each([
    ['2026-10-01', 'exemption until "2026-10-01" has ended'],
    ['2027-12-31', 'exemption until "2027-12-31" is more than 365 days ahead: ignored'],
    ['next summer', 'exemption ignored: malformed value, not an ISO date'],
    ['call +1 555 0100 now', 'exemption ignored: malformed value, not an ISO date'],
  ])('says first why the exemption until %j is ignored', (value, clause) => {
    const user = coreUser({ password, tags: [exemptUntil(value)] });
    expect(annotation(user)).toBe(`${clause}; password used 2026-08-01 (112 days, limit 45)`);
  });

  it('drops whole clauses from the end and counts them, where 256 characters do not hold all', () => {
    const id = 'AKIAIOSFODNN7EXAMPLE';
    const keys = [1, 2].map(() => ({ ...neverUsed, used: ago(991), changed: ago(990), id }));
    const user = coreUser({
      password,
      accessKeys: keys,
      tags: [exemptUntil('y'.repeat(60))],
      unjudged: { certificates: [{ status: 'Active' } as const], other: true },
    });
    const key = `key ${id} changed 2024-03-06, not used since (990`;
    expect(annotation(user)).toBe(
      `exemption ignored: malformed value, not an ISO date; ${key} days, limit 45); ` +
        `${key}, limit 45); +2 more`,
    );
  });
});

describe('the annotation of a compliant user', () => {
  const used = coreKey({ used: ago(12) });

  it.each([
    ['when a key becomes unused', {}, { accessKeys: [used] }, 'becomes unused 2026-12-24: key 1'],
    [
      'what is unused but allowed, and until when',
      { evaluationScope: 'user' },
      { password: { used: ago(400) }, accessKeys: [used] },
      'password unused 400 days; allowed by scope user until 2026-12-24',
    ],
    [
      'several that are allowed, the longest idle first',
      { evaluationScope: 'user' },
      {
        password: { used: ago(300) },
        accessKeys: [coreKey({ used: ago(400) }), coreKey({ ...used, slot: 2 as const })],
      },
      'key 1 unused 400 days; password unused 300; allowed by scope user until 2026-12-24',
    ],
    [
      'what no passing of time will change',
      { evaluationScope: 'console-password' },
      { accessKeys: [coreKey({ used: ago(400) })] },
      'key 1 unused 400 days; allowed by scope console-password',
    ],
    [
      'that an unused key is allowed for good where only the password may become unused',
      { evaluationScope: 'console-password' },
      { password: { used: ago(12) }, accessKeys: [coreKey({ used: ago(400) })] },
      'key 1 unused 400 days; allowed by scope console-password; becomes unused 2026-12-24: password',
    ],
    [
      'until when a key in use allows an unused password',
      { evaluationScope: 'console-password' },
      { password: { used: ago(400) }, accessKeys: [used] },
      'password unused 400 days; allowed by scope console-password until 2026-12-24',
    ],
    [
      'until when a password in use allows an unused key',
      { evaluationScope: 'user' },
      { password: { used: ago(12) }, accessKeys: [coreKey({ used: ago(400) })] },
      'key 1 unused 400 days; allowed by scope user until 2026-12-24',
    ],
    [
      'until when one key in use allows an unused password and an unused key',
      { evaluationScope: 'console-password' },
      {
        password: { used: ago(400) },
        accessKeys: [coreKey({ used: ago(300) }), coreKey({ ...used, slot: 2 as const })],
      },
      'password unused 400 days; key 1 unused 300; allowed by scope console-password until 2026-12-24',
    ],
    [
      'that nothing is unused in a scope without a password',
      { evaluationScope: 'console-password' },
      { accessKeys: [used] },
      'nothing unused',
    ],
    ['that there is nothing to use', {}, {}, 'no password or active access key'],
    [
      'nothing of the service of a key that is not due',
      {},
      { accessKeys: [{ ...used, lastUsedService: 's3' }] },
      'becomes unused 2026-12-24: key 1',
    ],
  ] as const)('tells %s', (_, given, user, expected) => {
    expect(
      annotation(
        coreUser({ ...user, accessKeys: 'accessKeys' in user ? [...user.accessKeys] : [] }),
        given,
      ),
    ).toBe(expected);
  });

  it.each([
    [{ certificates: [{ status: 'Active' } as const], other: false }, 'certificates not evaluated'],
    [
      { certificates: [{ status: 'Inactive' } as const], other: true },
      'other credentials not evaluated',
    ],
    [
      { certificates: [{ status: 'Active' } as const], other: true },
      'certificates and other credentials not evaluated',
    ],
  ])('says at the end what is not evaluated: %j', (unjudged, clause) => {
    expect(annotation(coreUser({ unjudged }))).toBe(`no password or active access key; ${clause}`);
  });
});

describe('the annotation of an exempt user keeps the facts', () => {
  const path = '/break-glass/';

  it.each([
    [
      'by date',
      { password, tags: [exemptUntil('2027-01-31')] },
      'Exempt until 2027-01-31; password unused 112 days',
    ],
    [
      'by instant',
      { password, tags: [exemptUntil('2027-01-31T12:00:00+02:00')] },
      'Exempt until 2027-01-31T12:00:00+02:00; password unused 112 days',
    ],
    ['by path', { password, path }, 'Exempt by path /break-glass/; password unused 112 days'],
    [
      'with nothing unused',
      { path, password: { used: ago(1) } },
      'Exempt by path /break-glass/; nothing unused',
    ],
    [
      'without credentials',
      { path },
      'Exempt by path /break-glass/; no password or active access key',
    ],
  ])('%s', (_, user, expected) => {
    expect(annotation(coreUser(user), { exemptPathPrefixes: path })).toBe(expected);
  });
});
