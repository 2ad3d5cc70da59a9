import { describe, expect, it } from 'vitest';
import { judge } from '../../../rule/core/annotation.ts';
import { countUnjudged } from '../../../rule/core/unjudged.ts';
import { findWarnings } from '../../../rule/core/warnings.ts';
import { describeDigest } from '../../../rule/formats/digest.ts';
import { ago, now } from '../../builders/account.ts';
import { coreKey, coreUser, parameters } from '../../builders/core-user.ts';

type Found = Parameters<typeof describeDigest>[0];
type Person = Found['users'][number];

const someone = (userName: string, annotation = 'password unused'): Person => {
  return { userName, annotation };
};
const crowd = (size: number) =>
  Array.from({ length: size }, (_, index) => someone(`user-${index + 1}`));

const nothingElse: Found['unjudged'] = {
  counts: countUnjudged([], { serviceSpecific: true, ssh: false }, now),
  problem: null,
};

function describeFound(users: readonly Person[], rest: Partial<Found> = {}) {
  const ruleName = 'unused-iam-credentials';
  const nonCompliant = users.length;
  return describeDigest({
    ...{ accountId: '123456789012', ruleName, users, undecided: [], nonCompliant, owner: null },
    ...{ warned: [], now, unjudged: nothingElse },
    ...rest,
  });
}

/** A user with two keys that become unused soon, the first of them on the next day. */
function warnedOf(userName: string): Found['warned'][number] {
  const keys = [44, 40].map((days, index) => coreKey({ id: `AKIA${index + 1}`, used: ago(days) }));
  const basis = { parameters: parameters(), warningDays: 14, now };
  const { assessment } = judge(coreUser({ accessKeys: keys }), basis);
  return { userName, warnings: findWarnings(assessment, null, basis).warnings };
}

describe('the digest of a scheduled run', () => {
  it('says how many are new, who and why, the total, where to look and what happens next', () => {
    const users = [
      someone('alice', 'password used 2026-08-01 (112 days, limit 45)'),
      someone('bob', 'key 1 never used, since 2024-03-02 (994 days, limit 45)'),
    ];
    expect(describeFound(users, { nonCompliant: 7 })).toEqual({
      attributes: { event: 'user-newly-noncompliant', account: '123456789012' },
      subject: 'Newly NON_COMPLIANT: 2 IAM users in account 123456789012',
      message: `AWS Config rule unused-iam-credentials found 2 IAM users newly NON_COMPLIANT in account 123456789012:
- alice: password used 2026-08-01 (112 days, limit 45)
- bob: key 1 never used, since 2024-03-02 (994 days, limit 45)

NON_COMPLIANT in total: 7 IAM users.
For the current list, open the AWS Config console, choose Rules, then unused-iam-credentials.
If automatic remediation is on, it revokes the unused credentials.`,
    });
  });

  it("for one owner names the owner, also as an attribute, and counts the owner's users", () => {
    const found = { undecided: ['bob'], nonCompliant: 3, owner: 'team-a' };
    const { attributes, message } = describeFound([], found);
    expect(attributes).toEqual({
      ...{ event: 'user-not-evaluated', account: '123456789012', owner: 'team-a' },
    });
    expect(message).toMatch(/^Owner: team-a\n\n/u);
    expect(message).toContain('\nNON_COMPLIANT in total for this owner: 3 IAM users.\n');
  });

  it.each<[Partial<Found['unjudged']['counts']>, string | null, string]>([
    [
      {
        ...{ serviceSpecificCredentials: 3, expiringSoon: 1, sshKeys: 1, signingCertificates: 2 },
        usersWithMoreThanTwoAccessKeys: 1,
      },
      null,
      'Not evaluated: 3 service-specific credentials (1 expires within 30 days), 1 SSH key, 2 signing certificates. More than two access keys: 1 IAM user.',
    ],
    [
      { serviceSpecificCredentials: 2, expiringSoon: 2 },
      null,
      'Not evaluated: 2 service-specific credentials (2 expire within 30 days).',
    ],
    [{ usersWithMoreThanTwoAccessKeys: 2 }, null, 'More than two access keys: 2 IAM users.'],
    [
      { serviceSpecificCredentials: null, signingCertificates: 1 },
      'iam:X\nfailed',
      'Not evaluated: 1 signing certificate. Service-specific credentials could not be counted: iam:X failed.',
    ],
  ])(
    'counts after the total what is not evaluated, in one line: %j, %j',
    (counts, problem, line) => {
      const unjudged = { counts: { ...nothingElse.counts, ...counts }, problem };
      const lines = describeFound([someone('alice')], { unjudged }).message.split('\n');
      expect(lines.slice(3, 6)).toEqual([
        'NON_COMPLIANT in total: 1 IAM user.',
        line,
        expect.stringMatching(/^For the current list/u),
      ]);
    },
  );

  it('uses the singular for one user', () => {
    const { subject, message } = describeFound([someone('alice')]);
    expect(subject).toBe('Newly NON_COMPLIANT: 1 IAM user in account 123456789012');
    expect(message).toMatch(/ found 1 IAM user newly NON_COMPLIANT in account/u);
    expect(message).toContain('\nNON_COMPLIANT in total: 1 IAM user.\n');
  });

  it('lists 100 users and counts the rest', () => {
    const linesOf = (size: number) => describeFound(crowd(size)).message.split('\n');
    const hundred = linesOf(100);
    expect(hundred.filter((line) => line.startsWith('- '))).toHaveLength(100);
    expect(hundred.slice(100, 102)).toEqual(['- user-100: password unused', '']);
    const more = linesOf(101);
    expect(more[0]).toMatch(/ found 101 IAM users newly/u);
    expect(more.slice(100, 103)).toEqual([
      '- user-100: password unused',
      'and 1 more. The log of unused-iam-credentials-evaluate lists them.',
      '',
    ]);
    expect(linesOf(5000)[101]).toMatch(/^and 4900 more\./u);
  });

  it('keeps every name, reason and rule name on its line, without characters that control a terminal or mail client', () => {
    const odd = 'a\r\n- b\u2028\u2029\u0000\u001b[31m\u202e\u200b\u00a0\ud800 c';
    const { subject, message } = describeFound([someone(odd, odd), someone('é', '日本')], {
      ruleName: odd,
      accountId: odd,
    });
    const flat = 'a - b [31m c';
    expect(message.split('\n')).toEqual([
      `AWS Config rule ${flat} found 2 IAM users newly NON_COMPLIANT in account ${flat}:`,
      `- ${flat}: ${flat}`,
      '- é: 日本',
      '',
      'NON_COMPLIANT in total: 2 IAM users.',
      `For the current list, open the AWS Config console, choose Rules, then ${flat}.`,
      'If automatic remediation is on, it revokes the unused credentials.',
    ]);
    expect(subject).toBe(`Newly NON_COMPLIANT: 2 IAM users in account ${flat}`);
  });

  it('names after the new users those who could not be evaluated, and why', () => {
    const { subject, message } = describeFound([someone('alice')], { undecided: ['bob', 'eve'] });
    expect(subject).toBe('Newly NON_COMPLIANT: 1 IAM user in account 123456789012');
    expect(message.split('\n').slice(1, 8)).toEqual([
      '- alice: password unused',
      '',
      'AWS Config rule unused-iam-credentials could not evaluate 2 IAM users in account 123456789012:',
      '- bob',
      '- eve',
      'Their credentials look unused, but no complete row of the credential report certainly belongs to them.',
      'Their earlier results stay until IAM generates a newer report. A renamed user or a reactivated access key can cause this.',
    ]);
  });

  it('says in the subject that users could not be evaluated, if none is new', () => {
    const { subject, message } = describeFound([], { undecided: ['bob\u2028'], nonCompliant: 3 });
    expect(subject).toBe('Not evaluated: 1 IAM user in account 123456789012');
    expect(message).toMatch(
      /^AWS Config rule .* could not evaluate 1 IAM user in account .*:\n- bob \n/u,
    );
    expect(message).not.toContain('newly');
    expect(message).toContain('\n\nNON_COMPLIANT in total: 3 IAM users.\n');
  });

  it('lists credentials that become unused soon before the users who could not be evaluated, each with its date', () => {
    const found = { warned: [warnedOf('eve'), warnedOf('mallory\n')], undecided: ['bob'] };
    expect(describeFound([], { ...found, nonCompliant: 3 })).toEqual({
      attributes: { event: 'credential-becoming-unused', account: '123456789012' },
      subject: 'Becoming unused soon: credentials of 2 IAM users in account 123456789012',
      message: expect.stringMatching(/^These credentials become unused soon\. /u),
    });
    const { subject, attributes, message } = describeFound([someone('alice')], found);
    expect(subject).toBe('Newly NON_COMPLIANT: 1 IAM user in account 123456789012');
    expect(attributes.event).toBe('user-newly-noncompliant');
    expect(message.split('\n').slice(2, 10)).toEqual([
      '',
      'These credentials become unused soon. To keep one, use it before the date:',
      '- eve: key AKIA1 (used 2026-10-08) becomes unused 2026-11-22, in 1 day',
      '- eve: key AKIA2 (used 2026-10-12) becomes unused 2026-11-26, in 5 days',
      '- mallory : key AKIA1 (used 2026-10-08) becomes unused 2026-11-22, in 1 day',
      '- mallory : key AKIA2 (used 2026-10-12) becomes unused 2026-11-26, in 5 days',
      '',
      'AWS Config rule unused-iam-credentials could not evaluate 1 IAM user in account 123456789012:',
    ]);
  });

  it('has a subject that SNS accepts, at the longest account', () => {
    const prefix = 'Newly NON_COMPLIANT: 5000 IAM users in account ';
    const { subject } = describeFound(crowd(5000), { accountId: '1'.repeat(100) });
    expect(subject).toBe(`${prefix}${'1'.repeat(100 - prefix.length)}`);
  });

  it('stays below 100 KB at the longest names and annotations; SNS accepts 256 KB', () => {
    const longest = someone('x'.repeat(64), '日'.repeat(256));
    const undecided = Array<string>(5000).fill(longest.userName);
    const { message } = describeFound(Array<Person>(5000).fill(longest), { undecided });
    expect(message.match(/and 4900 more/gu)).toHaveLength(2);
    expect(Buffer.byteLength(message)).toBeLessThan(100_000);
  });
});
