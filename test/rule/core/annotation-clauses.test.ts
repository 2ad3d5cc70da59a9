import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotateMessages, judge } from '../../../rule/core/annotation.ts';
import {
  clause,
  isExtra,
  parseAnnotation,
  writeAnnotation,
} from '../../../rule/core/annotation-clauses.ts';
import { ago, now } from '../../builders/account.ts';
import { coreKey, coreUser, parameters } from '../../builders/core-user.ts';

const date = fc
  .date({ min: new Date('2015-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((each) => each.toISOString().slice(0, 10));
const days = fc.integer({ min: 0, max: 4000 }).map(String);
const idle = fc
  .tuple(days, fc.boolean())
  .map(([count, named]) => (named ? `${count} days` : count));
const credential = fc.constantFrom('password', 'key', 'key 1', 'key 2', 'key AKIAIOSFODNN7EXAMPLE');
const instant = fc.oneof(
  date,
  fc.constantFrom('2027-01-31T12:00:00Z', '2027-01-31T12:00:00.5+02:00'),
);
const path = fc.stringMatching(/^\/[!-~]{0,30}\/$/u);
const scope = fc.constantFrom('credential', 'user', 'console-password');
const activity = fc
  .tuple(fc.constantFrom('used', 'changed', 'never used, since'), date)
  .map(([what, when]) => `${what} ${when}${what === 'changed' ? ', not used since' : ''}`);

const anyClause = fc.oneof(
  fc.record({ path }).map((values) => clause('exemptByPath', values)),
  fc.record({ instant }).map((values) => clause('exemptUntil', values)),
  fc.record({ instant }).map((values) => clause('exemptionEnded', values)),
  fc.record({ instant, days }).map((values) => clause('exemptionTooDistant', values)),
  fc.record({ credential, activity, idle, days }).map((values) => clause('due', values)),
  fc.record({ credential, idle }).map((values) => clause('unused', values)),
  fc.record({ credential, flip: date }).map((values) => clause('becomesUnused', values)),
  fc.record({ scope, flip: date }).map((values) => clause('allowedUntil', values)),
  fc.record({ scope }).map((values) => clause('allowed', values)),

  fc.constantFrom(
    ...['certificates', 'other credentials', 'certificates and other credentials'].map((kinds) =>
      clause('notEvaluated', { kinds }),
    ),
    clause('exemptionMalformed', {}),
    clause('noCredentials', {}),
    clause('nothingUnused', {}),
  ),
);

const name = fc.stringMatching(/^[A-Za-z0-9.-]{1,64}$/u);
const extraClause = fc.oneof(
  fc.record({ credential, service: name }).map((values) => clause('lastUsedBy', values)),
  fc
    .record({ credential, service: name, region: name })
    .map((values) => clause('lastUsedIn', values)),
);

describe('the clauses of an annotation', () => {
  it('are read as they were written, and written as they were read, with as many extra clauses as fit', () => {
    const clauses = fc.array(anyClause, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(clauses, fc.array(extraClause, { maxLength: 2 }), (given, extra) => {
        // Wherever they stand, extra clauses are written last.
        const text = writeAnnotation([...extra, ...given]);
        const read = parseAnnotation(text) ?? [];
        expect(writeAnnotation(read)).toBe(text);
        const others = read.filter((each) => !isExtra(each));
        expect(writeAnnotation(others)).toBe(writeAnnotation(given));
        const kept = read.length - others.length;
        expect(read).toEqual([...others, ...extra.slice(0, kept)]);
        if (read.every(({ kind }) => kind !== 'more')) expect(others).toEqual(given);
        const next =
          writeAnnotation(given).length + writeAnnotation(extra.slice(0, kept + 1)).length;
        if (kept < extra.length) expect(next + 2).toBeGreaterThan(256);
      }),
    );
  });

  it.each([
    '',
    'password',
    'nothing unused; and more',
    'nothing unused ',
    ' nothing unused',
    'Nothing unused',
    'key 1 unused x days',
    'xnothing unusedx',
  ])('are none if the text is of something else: %j', (text) => {
    expect(parseAnnotation(text)).toBeNull();
  });

  it.each([
    ['that a change was evaluated', [clause('notAnnounced', {})], 4],
    [
      'which warnings were sent',
      [
        clause('warnedLast', { credential: 'password', flip: '2026-11-22' }),
        clause('warned', { credential: 'key 1', flip: '2026-12-04' }),
        clause('warned', { credential: 'key 2', flip: '2026-12-04' }),
      ],
      2,
    ],
  ])('keep %s, whatever else is dropped', (_, kept, fits) => {
    const clauses = Array.from({ length: 9 }, () => clause('exemptionMalformed', {}));
    const text = writeAnnotation([...kept, ...clauses]);
    expect(text.length).toBeLessThanOrEqual(256);
    expect(parseAnnotation(text)).toEqual([
      ...clauses.slice(0, fits),
      clause('more', { count: String(clauses.length - fits) }),
      ...kept,
    ]);
  });

  it('keep that no digest named the user, and as many warnings as fit, if there are too many warnings', () => {
    const warnings = Array.from({ length: 9 }, (_, index) =>
      clause('warnedLast', { credential: `key AKIAIOSFODNN7EXAMPL${index}`, flip: '2026-11-22' }),
    );
    const given = [clause('nothingUnused', {}), ...warnings, clause('notAnnounced', {})];
    expect(parseAnnotation(writeAnnotation(given))).toEqual([
      clause('more', { count: '1' }),
      ...warnings.slice(0, 4),
      clause('notAnnounced', {}),
    ]);
  });

  it('name the first due credential, whatever else is dropped', () => {
    const due = (credential: string) =>
      clause('due', {
        ...{ credential, idle: '112 days', days: '45' },
        activity: 'changed 2026-08-01, not used since',
      });
    const ended = { instant: '2027-12-31T23:59:59+01:00', days: '365' };
    const sent = [
      clause('warnedLast', { credential: 'password', flip: '2026-11-22' }),
      clause('warnedLast', { credential: 'key 2', flip: '2026-11-22' }),
      clause('notAnnounced', {}),
    ];
    const first = due('key AKIAIOSFODNN7EXAMPLE');
    const given = [clause('exemptionTooDistant', ended), first, due('key 2'), ...sent];
    expect(parseAnnotation(writeAnnotation(given))).toEqual([
      ...[first, clause('more', { count: '2' }), ...sent],
    ]);
    // Unless not even that fits: IAM's access key IDs have at most 128 characters.
    const long = due(`key ${'A'.repeat(128)}`);
    expect(parseAnnotation(writeAnnotation([long, ...sent]))).toEqual([
      ...[clause('more', { count: '1' }), ...sent],
    ]);
  });

  it('fill exactly 256 characters, including the count of dropped clauses', () => {
    const path = (length: number) => clause('exemptByPath', { path: '/'.repeat(length) });
    const dropped = clause('exemptionMalformed', {});
    const more = clause('more', { count: '1' });
    const room = 256 - writeAnnotation([path(1), more]).length;
    const text = writeAnnotation([path(1 + room), dropped]);
    expect(text).toHaveLength(256);
    expect(parseAnnotation(text)).toEqual([path(1 + room), more]);
  });

  it('include as many extra ones as 256 characters hold, and lose all of these before any other clause', () => {
    const others = [clause('exemptionMalformed', {}), clause('exemptByPath', { path: '/ops/' })];
    const last = (length: number) =>
      clause('lastUsedBy', { credential: 'key 2', service: 's'.repeat(length) });
    const extra = clause('lastUsedBy', { credential: 'key 1', service: 's'.repeat(64) });
    const room = 256 - writeAnnotation([...others, extra, last(1)]).length;
    const whole = [...others, extra, last(1 + room)];
    expect(writeAnnotation(whole)).toHaveLength(256);
    expect(parseAnnotation(writeAnnotation(whole))).toEqual(whole);
    const tooLong = writeAnnotation([...others, extra, last(2 + room)]);
    expect(parseAnnotation(tooLong)).toEqual([...others, extra]);
    const full = { credential: 'key 1', service: 's'.repeat(256) };
    expect(
      parseAnnotation(writeAnnotation([...others, clause('lastUsedBy', full), last(1)])),
    ).toEqual(others);
  });
});

describe('the annotation after a change', () => {
  const annotate = (used: number) => {
    const user = coreUser({ accessKeys: [coreKey({ used: ago(used) })] });
    const judgement = judge(user, { parameters: parameters(), now });
    return annotateMessages(judgement, parameters(), { unannounced: true, warned: [] });
  };

  it('says so of a NON_COMPLIANT user, and not of a COMPLIANT one', () => {
    expect(annotate(100)).toMatch(/\(100 days, limit 45\); not announced yet$/u);
    expect(annotate(3)).toMatch(/^becomes unused \d{4}-\d\d-\d\d: key 1$/u);
  });
});
