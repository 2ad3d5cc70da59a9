import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnnotation } from '../../../rule/core/annotated-verdict.ts';
import { annotateMessages, judge } from '../../../rule/core/annotation.ts';
import { clause, parseAnnotation, writeAnnotation } from '../../../rule/core/annotation-clauses.ts';
import type { User } from '../../../rule/core/credentials.ts';
import { formatDate } from '../../../rule/core/instant.ts';
import { evaluationScopes, parseRuleParameters } from '../../../rule/core/rule-parameters.ts';
import { now } from '../../builders/account.ts';
import { arbitraryText, arbitraryUser } from '../../builders/arbitrary-user.ts';

const tag = 'unused-iam-credentials:exempt-until';
const exemptions = fc.constantFrom(
  { path: '/', tags: [] },
  { path: '/robots/', tags: [] },
  ...['2026-12-24', '2026-01-01', '2031-01-01', 'soon', '2026-12-24T10:00:00+02:00'].map(
    (value) => ({ path: '/', tags: [{ key: tag, value }] }),
  ),
);
const uses = fc.record({
  lastUsedService: fc.option(fc.constantFrom('s3', 'ses-smtp'), { nil: undefined }),
  lastUsedRegion: fc.option(fc.constantFrom('eu-west-1', 'aws-global'), { nil: undefined }),
});
/** Whether a key has an ID, as in a live read, or the number of its slot, as in a report. */
const hasId = fc.boolean();

/** Any user, also exempt ones, with keys that a report or a live read describes. */
const anyUser: fc.Arbitrary<User> = fc
  .tuple(arbitraryUser, exemptions, fc.array(uses, { minLength: 3, maxLength: 3 }), hasId)
  .map(([user, exemption, used, isLive]) => ({
    ...user,
    ...exemption,
    accessKeys: user.accessKeys.slice(0, isLive ? 3 : 2).map((key, index) => ({
      ...{ ...key, ...used[index] },
      id: isLive ? `AKIAIOSFODNN7EXAMPL${index}` : null,
      slot: index === 0 ? 1 : 2,
    })),
  }));
const anyParameters = fc
  .record({ scope: fc.constantFrom(...evaluationScopes), key: fc.constantFrom('45', '90') })
  .map(({ scope, key }) =>
    parseRuleParameters({
      ...{ evaluationScope: scope, exemptPathPrefixes: '/robots/' },
      maxAccessKeyUsageAge: key,
    }),
  );

describe('an annotation', () => {
  it('is read back as the verdict that it was written for, of any user', () => {
    fc.assert(
      fc.property(anyUser, anyParameters, fc.boolean(), (user, parameters, isNew) => {
        const judgement = judge(user, { parameters, now });
        const { assessment } = judgement;
        const text = annotateMessages(judgement, parameters, { unannounced: isNew, warned: [] });
        const read = readAnnotation(text);
        const longestFirst = assessment.due.toSorted((a, b) => b.idle - a.idle);
        const hasRoom = read?.leftOut === 0;
        const shown = longestFirst.slice(0, hasRoom ? undefined : read?.due.length);
        expect(read?.due).toMatchObject(
          shown.map((credential) => ({
            type: credential.type,
            id: credential.id,
            slot: credential.type === 'password' || credential.id !== null ? null : credential.slot,
            lastActivity: formatDate(credential.lastActivity),
            basis: credential.basis === 'used' ? 'used' : null,
            idleDays: credential.idleDays,
            threshold: credential.threshold,
          })),
        );
        // The last use is left out first.
        for (const [index, credential] of (read?.due ?? []).entries()) {
          if (credential.lastUsedService === undefined) continue;
          const { lastUsedService, lastUsedRegion } = shown[index] ?? {};
          expect(credential).toMatchObject({ lastUsedService, lastUsedRegion });
        }
        if (!hasRoom) return;
        expect(read).toMatchObject({
          hasCredentials: assessment.credentials.length > 0,
          hasUnused: assessment.credentials.some(({ unused }) => unused),
        });
        const flip = assessment.becomesUnused;
        expect(read.becomesUnused).toBe(flip === null ? null : formatDate(flip.at));
        expect(read.exemption?.kind ?? 'none').toBe(
          assessment.exemption.kind === 'refused' ? 'ignored' : assessment.exemption.kind,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('is the text that its clauses write, of any user', () => {
    fc.assert(
      fc.property(anyUser, anyParameters, (user, parameters) => {
        const { annotation } = judge(user, { parameters, now });
        const clauses = parseAnnotation(annotation);
        expect(clauses === null ? null : writeAnnotation(clauses)).toBe(annotation);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['Exempt by path /robots/', { kind: 'path', prefix: '/robots/' }],
    ['Exempt until 2026-12-24', { kind: 'tag', until: '2026-12-24' }],
    ['exemption until "2026-01-01" has ended', { kind: 'ignored', reason: 'ended' }],
    [
      'exemption until "2031-01-01" is more than 365 days ahead: ignored',
      { kind: 'ignored', reason: 'too-distant' },
    ],
    [
      'exemption ignored: malformed value, not an ISO date',
      { kind: 'ignored', reason: 'malformed' },
    ],
  ])('says why somebody is exempt or is not: %s', (text, exemption) => {
    expect(readAnnotation(`${text}; nothing unused`)?.exemption).toEqual(exemption);
    expect(readAnnotation(`nothing unused`)?.exemption).toBeNull();
  });

  it.each([
    ['key', null, null],
    ['key 1', null, 1],
    ['key 2', null, 2],
    ['key AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE', null],
  ])('names a key by its ID, by its number or not at all: %s', (label, id, slot) => {
    const read = readAnnotation(`${label} used 2025-07-09 (112 days, limit 45)`);
    expect(read?.due).toMatchObject([{ type: 'access-key', id, slot }]);
  });

  it('has the service and Region of the last use of each key, where it says them', () => {
    const due = (label: string) => `${label} used 2025-07-09 (112 days, limit 45)`;
    const read = readAnnotation(
      [
        ...[due('password'), due('key 1'), due('key 2')],
        ...['key 1 last used by s3 in eu-west-1', 'key 2 last used by ses-smtp'],
      ].join('; '),
    );
    expect(
      read?.due.map(({ lastUsedService, lastUsedRegion }) => [lastUsedService, lastUsedRegion]),
    ).toEqual([
      [undefined, undefined],
      ['s3', 'eu-west-1'],
      ['ses-smtp', undefined],
    ]);
  });

  it('says that clauses are left out, and keeps those that it has room for', () => {
    const due = Array.from({ length: 8 }, (_, index) =>
      clause('due', {
        ...{ credential: `key AKIAIOSFODNN7EXAMPL${index}`, activity: 'used 2025-07-09' },
        ...{ idle: '500 days', days: '45' },
      }),
    );
    const read = readAnnotation(writeAnnotation(due));
    expect(read?.due.length).toBeGreaterThan(1);
    expect((read?.due.length ?? 0) + (read?.leftOut ?? 0)).toBe(8);
  });

  it('that this version did not write is not read, whatever it says', () => {
    fc.assert(
      fc.property(arbitraryText, (text) => {
        const read = readAnnotation(text);
        if (read !== null) expect(parseAnnotation(text)).not.toBeNull();
      }),
    );
    for (const text of ['', 'password is old', 'password used 2025-07-09 (112 days, limit 45) x']) {
      expect(readAnnotation(text)).toBeNull();
    }
  });
});
