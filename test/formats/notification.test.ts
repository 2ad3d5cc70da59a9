import { describe, expect, it } from 'vitest';
import { describeRefusal, describeRestored, describeRevoked } from '../../rule/formats/messages.ts';
import { now } from '../builders/account.ts';
import { record, recordedKey, recordedPassword } from '../builders/revocation.ts';

const location = {
  ...{ partition: 'aws-us-gov', region: 'us-gov-west-1', accountId: '123456789012' },
  functionName: 'unused-iam-credentials-plan-revocation',
};

describe('what is published', () => {
  it('of a revocation says who, what, why, where it is on record, and the commands that restore it', () => {
    const deleted = recordedKey('AKIA2', {
      action: 'Delete',
      reason: 'never used, since 2024-01-01',
    });
    const of = record([recordedKey('AKIA1'), deleted, recordedPassword], { ruleName: 'org-rule' });
    expect(describeRevoked(of, location, 'arn:aws:sns:us-east-1:123456789012:t')).toEqual({
      Subject: 'Unused IAM credentials revoked: someone',
      Message: `Unused credentials of IAM user someone (AIDATESTUSERTESTUSER2) in account 123456789012 were revoked:
- access key AKIA1: deactivated; used 2026-08-13 (100 days, limit 45)
- access key AKIA2: deleted; never used, since 2024-01-01
- password: deleted; used 2026-08-13 (100 days, limit 45)

Record: /unused-iam-credentials/records/AIDATESTUSERTESTUSER2/11111111-2222-4333-8444-555555555555
To restore what can be restored:
  unused-iam-credentials restore AIDATESTUSERTESTUSER2 --revocation 11111111-2222-4333-8444-555555555555 --rule org-rule --password
or, with the AWS CLI:
  aws ssm start-automation-execution --region us-gov-west-1 --document-name UnusedIamCredentials-Restore \\
    --parameters IAMResourceId=AIDATESTUSERTESTUSER2,RevocationId=11111111-2222-4333-8444-555555555555,ConfigRuleName=org-rule,RestorePassword=true,NotificationTopicArn=arn:aws:sns:us-east-1:123456789012:t,AutomationAssumeRole=arn:aws-us-gov:iam::123456789012:role/UnusedIamCredentials-Restore-us-gov-west-1`,
    });
  });

  it('of a revocation of keys only asks for no password, and tells nobody where nobody is told', () => {
    const { Message } = describeRevoked(record([recordedKey('AKIA1')]), location, null);
    expect(Message).toMatch(/--rule unused-iam-credentials\nor/u);
    expect(Message).toMatch(/ConfigRuleName=unused-iam-credentials,AutomationAssumeRole=/u);
  });

  it('of a restoration says who, what, where the password is, and until when the user is exempt', () => {
    const what = {
      ...{ userName: 'someone', userId: 'AIDA1', accountId: '123456789012' },
      ...{ restored: ['access key AKIA1'], notRestored: ['password: left alone'] },
      exemptUntil: '2026-12-05',
    };
    expect(describeRestored({ ...what, secretName: 'a/secret' })).toEqual({
      Subject: 'IAM credentials restored: someone',
      Message: `Credentials of IAM user someone (AIDA1) in account 123456789012 can be used again:
- access key AKIA1
- not password: left alone

The new password is in the secret a/secret.
The user is exempt until 2026-12-05; what is not used by then is revoked again.`,
    });
    expect(describeRestored({ ...what, secretName: null }).Message).toBe(
      `Credentials of IAM user someone (AIDA1) in account 123456789012 can be used again:
- access key AKIA1
- not password: left alone

The user is exempt until 2026-12-05; what is not used by then is revoked again.`,
    );
  });

  it('of a refusal says whose, why and when, and that nothing was changed', () => {
    expect(describeRefusal('AIDA1', '123456789012', 'it was overwritten', now)).toEqual({
      Subject: 'Restoration of IAM credentials refused: AIDA1',
      Message: `Restoring credentials of IAM user AIDA1 in account 123456789012 was refused at 2026-11-21T06:30:00Z:
it was overwritten

No credential was changed. Find out who did this before anything is restored.`,
    });
  });

  it('has a subject that SNS takes, 1 to 100 ASCII characters, at the longest names', () => {
    const long = 'x'.repeat(64);
    const subjects = [
      describeRevoked(record([recordedPassword], { userName: long }), location, null),
      describeRefusal(`AIDA${'A'.repeat(124)}`, '123456789012', 'why', now),
    ].map(({ Subject }) => Subject);
    for (const subject of subjects) expect(subject).toMatch(/^[ -~]{1,100}$/u);
  });
});
