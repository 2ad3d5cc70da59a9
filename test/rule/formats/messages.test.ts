import { describe, expect, it } from 'vitest';
import { noPermissions, type RetiredPermissions } from '../../../rule/core/retired-permissions.ts';
import {
  describeRestored,
  describeRetired,
  describeRevoked,
  parsePasswords,
  undoCommand,
} from '../../../rule/formats/messages.ts';
import { permissions } from '../../builders/retirement.ts';
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
])("if the stack's variable is %s, a deleted password comes back: %s", (text, expected) => {
  expect(parsePasswords(text)).toBe(expected);
});

const replaced = { ...recordedPassword, action: 'Replace' } as const;

describe('the notification', () => {
  it('of a revocation names the user, the credentials, the reasons, the record, and the commands that restore them, with the AWS CLI first', () => {
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

  it('of a replaced password says where the new one is, and how to undo what else was revoked', () => {
    const messageOf = (...given: Parameters<typeof record>) =>
      describeRevoked(record(...given), location, null, 'Issued', {
        ...{ owner: 'team-a', hasPassword: true },
      }).Message;
    const linesOf = (message: string) => message.split('\n');
    const isNew =
      'The user has a new password, which is in the secret unused-iam-credentials/AIDATESTUSERTESTUSER2/11111111-2222-4333-8444-555555555555. They must change it at the first sign-in.';
    expect(linesOf(messageOf([replaced])).slice(1)).toEqual([
      '- password: deleted; used 2026-08-13 (100 days, limit 45)',
      isNew,
      expect.stringMatching(/^Record: /u),
    ]);
    const both = linesOf(messageOf([recordedKey('AKIA1'), replaced]));
    expect(both[3]).toBe(isNew);
    expect(both[6]).toMatch(/^To reactivate deactivated access keys and/u);
  });

  it('of a password that was not replaced, or not yet, says how to issue one', () => {
    const messageOf = (credential: typeof replaced | typeof recordedPassword, has: object) =>
      describeRevoked(record([credential]), location, null, 'Issued', { owner: 'none', ...has })
        .Message;
    const failed =
      'No new password was issued. The failed step of the execution says why. To issue one, restore the password as below.\nRecord: ';
    for (const has of [{}, { hasPassword: false }]) {
      expect(messageOf(replaced, has)).toContain(failed);
      expect(messageOf(replaced, has)).toContain('--rule unused-iam-credentials --password\n');
    }
    const byAnother = messageOf(recordedPassword, { hasPassword: true });
    expect(byAnother).not.toContain('new password,');
    expect(byAnother).toContain('--rule unused-iam-credentials --password\n');
  });

  const retired = (...given: Parameters<typeof record>) => {
    return (removed: RetiredPermissions, passwords: 'Issued' | 'ByHand') =>
      describeRetired(record(...given), removed, location, null, passwords, 'team-a');
  };

  it('of a retirement says who, what was revoked and removed, how to restore it, and what cannot come back', () => {
    const of = retired([recordedKey('AKIA1'), recordedPassword]);
    expect(of(permissions, 'Issued')).toEqual({
      Subject: 'IAM user retired: someone',
      ...{ Event: 'user-retired', Account: '123456789012', Owner: 'team-a' },
      Message: `Inactive IAM user someone (AIDATESTUSERTESTUSER2) in account 123456789012 was retired. The policy AWSDenyAll denies the user everything.
- access key AKIA1: deactivated; used 2026-08-13 (100 days, limit 45)
- password: deleted; used 2026-08-13 (100 days, limit 45)
- group admins: removed
- attached policy arn:aws:iam::aws:policy/ReadOnlyAccess: removed
- inline policy s3: removed
- MFA device arn:aws:iam::123456789012:mfa/phone: removed
Record: /unused-iam-credentials/records/AIDATESTUSERTESTUSER2/11111111-2222-4333-8444-555555555555

To restore the user:
  aws ssm start-automation-execution --region us-gov-west-1 --document-name UnusedIamCredentials-Restore \\
    --parameters IAMResourceId=AIDATESTUSERTESTUSER2,RevocationId=All,ConfigRuleName=unused-iam-credentials,RestorePassword=true,AutomationAssumeRole=arn:aws-us-gov:iam::123456789012:role/UnusedIamCredentials-Restore-us-gov-west-1
or, with the command line of this project installed:
  unused-iam-credentials restore AIDATESTUSERTESTUSER2 --rule unused-iam-credentials --password
Both cover all revocations of the user in the last 90 days. To undo only this one, however old, use RevocationId=11111111-2222-4333-8444-555555555555 (--revocation 11111111-2222-4333-8444-555555555555).

MFA devices cannot be restored. The user must register them again.`,
    });
  });

  it('of a retirement says how to create a password by hand, where one was deleted and none can be issued', () => {
    const byHand = `).

This deployment cannot issue a new password. To create one by hand:
  aws iam create-login-profile --user-name someone --password-reset-required --password '<new password>'`;
    const both = [recordedKey('AKIA1'), recordedPassword];
    expect(retired(both)(noPermissions, 'ByHand').Message.endsWith(byHand)).toBe(true);
    for (const [credentials, passwords] of [
      [[recordedKey('AKIA1')], 'ByHand'],
      [both, 'Issued'],
    ] as const) {
      const { Message } = retired(credentials)(noPermissions, passwords);
      expect(Message).toMatch(/\(--revocation [-\d]+\)\.$/u);
    }
  });

  it('of a retirement says if a key that was used to send mail is revoked', () => {
    const mail = 'The user sends mail through Amazon SES: revoking the key stops it.\nRecord: ';
    const userName = 'ses-smtp-user.20230604-140541';
    const messageOf = (credentials: Parameters<typeof record>[0]) =>
      retired(credentials, { userName })(noPermissions, 'Issued').Message;
    expect(messageOf([recordedKey('AKIA1'), recordedPassword])).toContain(mail);
    expect(messageOf([recordedPassword])).not.toContain(mail);
  });

  it('of a restoration names the user, what was restored, where the password is, and when the exemption ends', () => {
    const what = {
      ...{ userName: 'someone', userId: 'AIDA1', accountId: '123456789012', owner: 'team-a' },
      ...{ restored: ['access key AKIA1'], notRestored: ['password: left unchanged'] },
      exemptUntil: '2026-12-05',
      staysOff: null,
    };
    expect(describeRestored({ ...what, secretName: 'a/secret' })).toEqual({
      Subject: 'IAM credentials restored: someone',
      ...{ Event: 'credentials-restored', Account: '123456789012', Owner: 'team-a' },
      Message: `Restored for IAM user someone (AIDA1) in account 123456789012:
- access key AKIA1
Not restored:
- password: left unchanged

The new password is in the secret a/secret.
The user is exempt until 2026-12-05. Credentials that are still unused then can be revoked again.`,
    });
    expect(describeRestored({ ...what, notRestored: [], secretName: null }).Message).toBe(
      `Restored for IAM user someone (AIDA1) in account 123456789012:
- access key AKIA1

The user is exempt until 2026-12-05. Credentials that are still unused then can be revoked again.`,
    );
  });

  it('has a subject that SNS accepts, 1 to 100 ASCII characters, at the longest name', () => {
    const of = record([recordedPassword], { userName: 'x'.repeat(64) });
    const subjects = [
      describeRevoked(of, location, null, 'Issued', { owner: 'team-a' }).Subject,
      describeRetired(of, noPermissions, location, null, 'Issued', 'team-a').Subject,
    ];
    for (const subject of subjects) expect(subject).toMatch(/^[ -~]{1,100}$/u);
  });
});

describe('the command on one line that undoes a record', () => {
  const start =
    'aws ssm start-automation-execution --region us-gov-west-1 --document-name UnusedIamCredentials-Restore --parameters IAMResourceId=AIDATESTUSERTESTUSER2,RevocationId=All,ConfigRuleName=unused-iam-credentials';
  const role =
    'AutomationAssumeRole=arn:aws-us-gov:iam::123456789012:role/UnusedIamCredentials-Restore-us-gov-west-1';

  it.each([
    ['of a key', [recordedKey('AKIA1')], 'Issued', `${start},RestorePassword=true,${role}`],
    ['of a key, without passwords', [recordedKey('AKIA1')], 'ByHand', `${start},${role}`],
    ['of a password', [recordedPassword], 'Issued', `${start},RestorePassword=true,${role}`],
    [
      'of both, without passwords',
      [recordedKey('AKIA1'), recordedPassword],
      'ByHand',
      `${start},${role}`,
    ],
    [
      'of a password alone, where none can be issued, does not exist',
      [recordedPassword],
      'ByHand',
      null,
    ],
  ] as const)('%s', (_, credentials, passwords, expected) => {
    expect(undoCommand(record(credentials), location, null, passwords)).toBe(expected);
  });

  it('of a retirement exists also where no password can be issued: the user is denied everything', () => {
    const retirement = { denyAttached: true, parts: [] };
    for (const credentials of [[], [recordedPassword]]) {
      const of = record(credentials, { retirement });
      expect(undoCommand(of, location, null, 'ByHand')).toBe(`${start},${role}`);
    }
  });

  it('notifies the topic', () => {
    expect(undoCommand(record([recordedKey('AKIA1')]), location, 'arn:t', 'ByHand')).toBe(
      `${start},NotificationTopicArn=arn:t,${role}`,
    );
  });
});
