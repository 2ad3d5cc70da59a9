import { describe, expect, it } from 'vitest';
import type { ReturningCredential } from '../../../rule/core/earlier-revocations.ts';
import { countUnjudged } from '../../../rule/core/unjudged.ts';
import {
  describeFailingRevocations,
  describeForeignRecords,
  describeRefusal,
  describeRequestRefusal,
  describeReturningCredentials,
} from '../../../rule/formats/alerts.ts';
import { describeDigest } from '../../../rule/formats/digest.ts';
import {
  describeRestored,
  describeRevoked,
  parsePasswords,
} from '../../../rule/formats/messages.ts';
import { now } from '../../builders/account.ts';
import { record, recordedKey, recordedPassword } from '../../builders/revocation.ts';

const location = {
  ...{ partition: 'aws-us-gov', region: 'us-gov-west-1', accountId: '123456789012' },
  functionName: 'unused-iam-credentials-plan-revocation',
};

it.each([
  ['Issued', 'Issued'],
  ['ByHand', 'ByHand'],
  ['None', 'ByHand'],
  [undefined, 'ByHand'],
])('where the stack says %s, a deleted password comes back: %s', (text, expected) => {
  expect(parsePasswords(text)).toBe(expected);
});

describe('the notification', () => {
  it('of a revocation says who, what, why, the record, and the commands that restore it, the AWS CLI first', () => {
    const deleted = recordedKey('AKIA2', {
      action: 'Delete',
      reason: 'never used, since 2024-01-01',
    });
    const of = record([recordedKey('AKIA1'), deleted, recordedPassword], { ruleName: 'org-rule' });
    expect(
      describeRevoked(of, location, 'arn:aws:sns:us-east-1:123456789012:t', 'Issued', {
        owner: 'team-a',
      }),
    ).toEqual({
      Subject: 'Unused IAM credentials revoked: someone',
      ...{ Event: 'credentials-revoked', Account: '123456789012', Owner: 'team-a' },
      Message: `Unused credentials of IAM user someone (AIDATESTUSERTESTUSER2) in account 123456789012 were revoked:
- access key AKIA1: deactivated; used 2026-08-13 (100 days, limit 45)
- access key AKIA2: deleted; never used, since 2024-01-01
- password: deleted; used 2026-08-13 (100 days, limit 45)
Record: /unused-iam-credentials/records/AIDATESTUSERTESTUSER2/11111111-2222-4333-8444-555555555555

To reactivate deactivated access keys and, if a password was deleted, issue a new one:
  aws ssm start-automation-execution --region us-gov-west-1 --document-name UnusedIamCredentials-Restore \\
    --parameters IAMResourceId=AIDATESTUSERTESTUSER2,RevocationId=All,ConfigRuleName=org-rule,RestorePassword=true,NotificationTopicArn=arn:aws:sns:us-east-1:123456789012:t,AutomationAssumeRole=arn:aws-us-gov:iam::123456789012:role/UnusedIamCredentials-Restore-us-gov-west-1
or, with the command line of this project installed:
  unused-iam-credentials restore AIDATESTUSERTESTUSER2 --rule org-rule --password
Both cover all revocations of the user in the last 90 days. To undo only this one, however old, use RevocationId=11111111-2222-4333-8444-555555555555 (--revocation 11111111-2222-4333-8444-555555555555).`,
    });
  });

  it('of a revocation says by which service and in which Region a key was used last, and if it sends mail', () => {
    const used = recordedKey('AKIA1', { lastUsedService: 'ses-smtp', lastUsedRegion: 'eu-west-1' });
    const mail = 'The user sends mail through Amazon SES: revoking the key stops it.';
    const messageOf = (...given: Parameters<typeof record>) =>
      describeRevoked(record(...given), location, null, 'Issued', { owner: 'none' }).Message;
    expect(messageOf([used])).toContain(
      `(100 days, limit 45); last used 2026-08-13 by ses-smtp in eu-west-1\n${mail}\nRecord: `,
    );
    const other = recordedKey('AKIA1', { lastUsedService: 's3' });
    expect(messageOf([other])).toContain('; last used 2026-08-13 by s3\nRecord: ');
    const userName = 'ses-smtp-user.20230604-140541';
    expect(messageOf([other], { userName })).toContain(mail);
    expect(messageOf([recordedPassword], { userName })).not.toContain(mail);
  });

  it('of a revocation of keys requests a password too, which an earlier one may have deleted, and passes no topic if there is none', () => {
    const { Message } = describeRevoked(record([recordedKey('AKIA1')]), location, null, 'Issued', {
      owner: 'team-a',
    });
    expect(Message).toMatch(/--rule unused-iam-credentials --password$/mu);
    expect(Message).toMatch(/if a password was deleted, issue a new one:\n {2}aws ssm/u);
    expect(Message).toMatch(/,RestorePassword=true,AutomationAssumeRole=/u);
  });

  it('of a revocation promises no password where the deployment cannot issue one, and says how to create one', () => {
    const byHand = `
This deployment cannot issue a new password. To create one by hand:
  aws iam create-login-profile --user-name someone --password-reset-required --password '<new password>'`;
    const both = record([recordedKey('AKIA1'), recordedPassword]);
    const { Message } = describeRevoked(both, location, null, 'ByHand', { owner: 'team-a' });
    expect(Message).toContain('To reactivate deactivated access keys:\n  aws ssm');
    expect(Message).not.toMatch(/RestorePassword|--password$/mu);
    expect(Message.endsWith(byHand)).toBe(true);
    const only = describeRevoked(record([recordedPassword]), location, null, 'ByHand', {
      owner: 'team-a',
    }).Message;
    expect(only).not.toContain('aws ssm');
    expect(only.endsWith(byHand)).toBe(true);
    expect(only.split('\n').slice(1, 4)).toEqual([
      '- password: deleted; used 2026-08-13 (100 days, limit 45)',
      expect.stringMatching(/^Record: /u),
      '',
    ]);
    expect(Message).toMatch(/RevocationId=All,ConfigRuleName=[^,]+,AutomationAssumeRole=/u);
    expect(Message).toMatch(/--rule unused-iam-credentials$/mu);
    expect(Message).toMatch(/\)\.\n\nThis deployment cannot issue/u);
    const keys = describeRevoked(record([recordedKey('AKIA1')]), location, null, 'ByHand', {
      owner: 'team-a',
    }).Message;
    expect(keys).not.toContain('create-login-profile');
  });

  it('of a restoration says who, what, where the password is, and when the exemption ends', () => {
    const what = {
      ...{ userName: 'someone', userId: 'AIDA1', accountId: '123456789012', owner: 'team-a' },
      ...{ restored: ['access key AKIA1'], notRestored: ['password: left unchanged'] },
      exemptUntil: '2026-12-05',
      staysOff: null,
    };
    expect(describeRestored({ ...what, secretName: 'a/secret' })).toEqual({
      Subject: 'IAM credentials restored: someone',
      ...{ Event: 'credentials-restored', Account: '123456789012', Owner: 'team-a' },
      Message: `IAM user someone (AIDA1) in account 123456789012 got back:
- access key AKIA1
Not restored:
- password: left unchanged

The new password is in the secret a/secret.
The user is exempt until 2026-12-05. Credentials that are still unused then can be revoked again.`,
    });
    expect(describeRestored({ ...what, notRestored: [], secretName: null }).Message).toBe(
      `IAM user someone (AIDA1) in account 123456789012 got back:
- access key AKIA1

The user is exempt until 2026-12-05. Credentials that are still unused then can be revoked again.`,
    );
  });

  it('of a refusal says whose, why and when, and that nothing changed', () => {
    const userId = 'AIDA1';
    expect(describeRefusal('restore', { userId }, location, 'it was\noverwritten', now)).toEqual({
      attributes: { event: 'revocation-refused', account: '123456789012' },
      subject: 'Restoration of IAM credentials refused: AIDA1',
      message: `A restoration for IAM user AIDA1 in account 123456789012, us-gov-west-1, was refused at 2026-11-21T06:30:00Z:
it was overwritten

No credential was changed. Find out who caused this before you restore anything.`,
    });
  });

  it('of a refusal stays short however many records it is about', () => {
    const reason = Array.from({ length: 3_000 }, (_, index) => `record ${index}`).join('; ');
    const { message } = describeRefusal('restore', { userId: 'AIDA1' }, location, reason, now);
    expect(message).toContain('record 200');
    expect(message.length).toBeLessThan(5_000);
  });

  it('of a refused password says whose, where, when and how to find out more', () => {
    const request = { userId: 'AIDA1', executionId: '11111111-2222-4333-8444-555555555555' };
    expect(describeRequestRefusal('issuePassword', request, location, now)).toEqual({
      attributes: { event: 'revocation-refused', account: '123456789012' },
      subject: 'New password refused: AIDA1',
      message: `A request for a new password of IAM user AIDA1 in account 123456789012, us-gov-west-1, was refused at 2026-11-21T06:30:00Z. It named execution 11111111-2222-4333-8444-555555555555.
No credential was changed. Find out who made the request: see docs/operations.md, Messages.
The line "refused" of the function's log says more. To find the log group:
  aws lambda get-function-configuration --region us-gov-west-1 --function-name unused-iam-credentials-issue-password --query LoggingConfig.LogGroup`,
    });
  });

  it('of records of others says how many, where, and what they do', () => {
    expect(describeForeignRecords(25, location)).toEqual({
      attributes: { event: 'records-of-others', account: '123456789012' },
      subject: 'Records of others in account 123456789012',
      message: `Somebody else wrote 25 parameters below /unused-iam-credentials/records in account 123456789012, us-gov-west-1, within 24 hours.
They do not count as revocations, and this revocation goes on. A restoration of a user with such a record is refused.
Find out who wrote them, then delete them. The command line lists them: unused-iam-credentials doctor
The line "records of others" of the function's log says more. To find the log group:
  aws lambda get-function-configuration --region us-gov-west-1 --function-name unused-iam-credentials-plan-revocation --query LoggingConfig.LogGroup`,
    });
    expect(describeForeignRecords(1, location).message).toMatch(
      /^Somebody else wrote 1 parameter /u,
    );
  });

  it('of revocations that keep failing says whose, where, and how to find out why', () => {
    expect(
      describeFailingRevocations({ userName: 'frank', userId: 'AIDA1', owner: 'team-a' }, location),
    ).toEqual({
      attributes: {
        ...{ event: 'revocations-failing', account: '123456789012' },
        ...{ userName: 'frank', owner: 'team-a' },
      },
      subject: 'Revocations keep failing: frank',
      message: `The last two revocations of IAM user frank (AIDA1) in account 123456789012, us-gov-west-1, did not succeed.
Until one does, the user gets only the first half of MaxRevocationsPerDay, so that others are not held up.
To find out why:
  aws ssm describe-automation-executions --region us-gov-west-1 --filters Key=DocumentNamePrefix,Values=UnusedIamCredentials-Revoke Key=ExecutionStatus,Values=Failed
docs/operations.md says what to do for each step. Then run the document for this user.`,
    });
  });

  it('has a subject that SNS accepts, 1 to 100 ASCII characters, at the longest names', () => {
    const long = 'x'.repeat(64);
    const userId = `AIDA${'A'.repeat(124)}`;
    const subjects = [
      describeRevoked(record([recordedPassword], { userName: long }), location, null, 'Issued', {
        owner: 'team-a',
      }).Subject,
      describeRefusal('restore', { userId }, location, 'why', now).subject,
      describeRequestRefusal('issuePassword', { userId, executionId: 'x' }, location, now).subject,
      describeForeignRecords(10_000, location).subject,
      describeFailingRevocations({ userName: long, userId, owner: 'none' }, location).subject,
    ];
    for (const subject of subjects) expect(subject).toMatch(/^[ -~]{1,100}$/u);
  });
});

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

  it('for one owner names the owner, also as an attribute, and counts the owner’s users', () => {
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

  it('keeps every name, reason and rule on its line, without characters that control a terminal or mail client', () => {
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
      'Their credentials look unused, but no row of the credential report is certainly theirs.',
      'Their earlier results stay until a newer report. A user who is renamed again and again can cause this.',
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

describe('the alert about credentials that keep coming back', () => {
  const key: ReturningCredential = {
    type: 'access-key',
    id: 'AKIA1',
    revokedAt: [now - 2000, now - 1000, now],
    heldUntil: now,
  };
  const password: ReturningCredential = { ...key, type: 'password', id: null };
  const named = {
    ...{ userName: 'someone', userId: 'AIDASOMEONE', owner: 'team-a' },
    exemptionTag: 'spared-until',
  };
  const alert = (...given: Parameters<typeof describeReturningCredentials>) =>
    describeReturningCredentials(...given);

  it('names each credential, how often and when it was revoked, and the ways out', () => {
    const { subject, message } = alert({ ...named, manager: null }, [key], location);
    expect(subject).toBe('Credentials keep coming back: someone');
    expect(message).toMatchInlineSnapshot(`
      "After each revocation, somebody made credentials of IAM user someone (AIDASOMEONE) in account 123456789012, us-gov-west-1, usable again:
      - access key AKIA1: revoked 3 times within 30 days: 2026-11-21T06:29:58Z, 2026-11-21T06:29:59Z, 2026-11-21T06:30:00Z. It is left as it is until 2026-11-21T06:30:00Z

      The credentials are unused and can be used. Automatic revocations of them have stopped, so that two tools do not work against each other.
      Find out what does it. In the event history of AWS CloudTrail, in the Region that has the events of IAM, look for:
      - UpdateAccessKey with status Active
      Then change that tool, so that it leaves the credentials off or removes them.
      Or, if the credentials must stay, exempt the user: set the tag spared-until to a date.
      To revoke the credentials once more now, run the document as a person, for example:
        unused-iam-credentials revoke AIDASOMEONE"
    `);
  });

  it.each([
    ['CloudFormation', /Status of the AWS::IAM::AccessKey/u, /LoginProfile of the AWS::IAM::User/u],
    ['Terraform', /status of the aws_iam_access_key/u, /remove the aws_iam_user_login_profile/u],
    ['other', /UpdateAccessKey with status Active/u, /CreateLoginProfile/u],
  ] as const)('says what to change in %s, for what comes back only', (kind, ofKey, ofPassword) => {
    const user = { ...named, manager: { kind, tag: 'key = value' } };
    const both = alert(user, [key, password], location).message;
    expect(both).toMatch(ofKey);
    expect(both).toMatch(ofPassword);
    expect(both).toContain('Tag key = value says what manages the user.');
    expect(alert(user, [key], location).message).not.toMatch(ofPassword);
    expect(alert(user, [password], location).message).not.toMatch(ofKey);
  });
});
