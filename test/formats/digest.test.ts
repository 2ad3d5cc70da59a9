import { describe, expect, it } from 'vitest';
import { describeNewNonCompliance } from '../../rule/formats/messages.ts';

type Found = Parameters<typeof describeNewNonCompliance>[0];
type Person = Found['users'][number];

const someone = (userName: string, annotation = 'password unused'): Person => {
  return { userName, annotation };
};
const crowd = (size: number) =>
  Array.from({ length: size }, (_, index) => someone(`user-${index + 1}`));

function describeFound(users: readonly Person[], rest: Partial<Found> = {}) {
  const ruleName = 'unused-iam-credentials';
  const nonCompliant = users.length;
  return describeNewNonCompliance({
    ...{ accountId: '123456789012', ruleName, users, nonCompliant },
    ...rest,
  });
}

describe('the digest of a scheduled run', () => {
  it('says how many are new, who and why, how many there are in all, where to look and what comes next', () => {
    const users = [
      someone('alice', 'password used 2026-08-01 (112 days, limit 45)'),
      someone('bob', 'key 1 never used, since 2024-03-02 (994 days, limit 45)'),
    ];
    expect(describeFound(users, { nonCompliant: 7 })).toEqual({
      subject: 'Newly NON_COMPLIANT: 2 IAM users in account 123456789012',
      message: `2 IAM users newly NON_COMPLIANT in account 123456789012, by AWS Config rule unused-iam-credentials:
- alice: password used 2026-08-01 (112 days, limit 45)
- bob: key 1 never used, since 2024-03-02 (994 days, limit 45)

In all, this run found 7 IAM users NON_COMPLIANT.
Who they are now: AWS Config console, Rules, unused-iam-credentials.
Automatic remediation, if it is switched on, revokes what is unused.`,
    });
  });

  it('of one user speaks of one', () => {
    const { subject, message } = describeFound([someone('alice')]);
    expect(subject).toBe('Newly NON_COMPLIANT: 1 IAM user in account 123456789012');
    expect(message).toMatch(/^1 IAM user newly NON_COMPLIANT in account/u);
    expect(message).toContain('\nIn all, this run found 1 IAM user NON_COMPLIANT.\n');
  });

  it('names 100 users and no more, and counts the rest', () => {
    const linesOf = (size: number) => describeFound(crowd(size)).message.split('\n');
    const hundred = linesOf(100);
    expect(hundred.filter((line) => line.startsWith('- '))).toHaveLength(100);
    expect(hundred.slice(100, 102)).toEqual(['- user-100: password unused', '']);
    const more = linesOf(101);
    expect(more[0]).toMatch(/^101 IAM users newly/u);
    expect(more.slice(100, 103)).toEqual([
      '- user-100: password unused',
      'and 1 more, whom the log of unused-iam-credentials-evaluate names',
      '',
    ]);
    expect(linesOf(5000)[101]).toMatch(/^and 4900 more,/u);
  });

  it('keeps every name, reason and rule on its line, without anything that steers a terminal or mail', () => {
    const odd = 'a\r\n- b\u2028\u2029\u0000\u001b[31m\u202e\u200b\u00a0\ud800 c';
    const { subject, message } = describeFound([someone(odd, odd), someone('é', '日本')], {
      ruleName: odd,
      accountId: odd,
    });
    const flat = 'a - b [31m c';
    expect(message.split('\n')).toEqual([
      `2 IAM users newly NON_COMPLIANT in account ${flat}, by AWS Config rule ${flat}:`,
      `- ${flat}: ${flat}`,
      '- é: 日本',
      '',
      'In all, this run found 2 IAM users NON_COMPLIANT.',
      `Who they are now: AWS Config console, Rules, ${flat}.`,
      'Automatic remediation, if it is switched on, revokes what is unused.',
    ]);
    expect(subject).toBe(`Newly NON_COMPLIANT: 2 IAM users in account ${flat}`);
  });

  it('has a subject that SNS takes, 1 to 100 ASCII characters, at the longest account', () => {
    const prefix = 'Newly NON_COMPLIANT: 5000 IAM users in account ';
    const { subject } = describeFound(crowd(5000), { accountId: '1'.repeat(100) });
    expect(subject).toBe(`${prefix}${'1'.repeat(100 - prefix.length)}`);
  });

  it('stays below 100 KB at the longest names and annotations, where SNS takes 256 KB', () => {
    const longest = someone('x'.repeat(64), '日'.repeat(256));
    const { message } = describeFound(Array<Person>(5000).fill(longest));
    expect(Buffer.byteLength(message)).toBeLessThan(100_000);
  });
});
