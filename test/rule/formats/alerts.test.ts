import { describe, expect, it } from 'vitest';
import type { ReturningCredential } from '../../../rule/core/earlier-revocations.ts';
import {
  describeDamagedRecord,
  describeFailingRevocations,
  describeForged,
  describeQuarantine,
  describeRefusal,
  describeRequestRefusal,
  describeReturningCredentials,
  describeUnknownRecords,
} from '../../../rule/formats/alerts.ts';
import { now } from '../../builders/account.ts';

const location = {
  ...{ partition: 'aws-us-gov', region: 'us-gov-west-1', accountId: '123456789012' },
  functionName: 'unused-iam-credentials-plan-revocation',
};

describe('the alert', () => {
  it('of a refusal names the user, the reason and the time, and says that nothing changed', () => {
    const userId = 'AIDA1';
    expect(describeRefusal('restore', { userId }, location, 'it was\noverwritten', now)).toEqual({
      attributes: { event: 'revocation-refused', account: '123456789012' },
      subject: 'Restoration of IAM credentials refused: AIDA1',
      message: `A restoration for IAM user AIDA1 in account 123456789012, us-gov-west-1, was refused at 2026-11-21T06:30:00Z:
it was overwritten

No credential was changed. Find out who caused this before you restore anything.`,
    });
  });

  it('of a refusal names the user and the owner as attributes, if they were read', () => {
    const refused = (user: Parameters<typeof describeRefusal>[1]) =>
      describeRefusal('retire', user, location, 'why', now);
    const attributes = { event: 'revocation-refused', account: '123456789012' };
    expect(refused({ userId: 'AIDA1' }).attributes).toStrictEqual(attributes);
    const named = { userId: 'AIDA1', userName: 'alice', owner: 'team-a' };
    expect(refused(named).attributes).toStrictEqual({
      ...attributes,
      ...{ userName: 'alice', owner: 'team-a' },
    });
  });

  it('of a refused retirement says so', () => {
    const { subject, message } = describeRefusal('retire', { userId: 'A' }, location, 'why', now);
    expect(subject).toBe('Retirement of an IAM user refused: A');
    expect(message).toMatch(/^A retirement for IAM user A in account /u);
    expect(message).toMatch(/before you retire anything\.$/u);
  });

  it('of a refusal stays short however many records it is about', () => {
    const reason = Array.from({ length: 3_000 }, (_, index) => `record ${index}`).join('; ');
    const { message } = describeRefusal('restore', { userId: 'AIDA1' }, location, reason, now);
    expect(message).toContain('record 200');
    expect(message.length).toBeLessThan(5_000);
  });

  it('of a refused password names the user, the place and the time, and how to find out more', () => {
    const request = { userId: 'AIDA1', executionId: '11111111-2222-4333-8444-555555555555' };
    expect(describeRequestRefusal('issuePassword', request, location, now)).toEqual({
      attributes: { event: 'revocation-refused', account: '123456789012' },
      subject: 'New password refused: AIDA1',
      message: `A request for a new password for IAM user AIDA1 in account 123456789012, us-gov-west-1, was refused at 2026-11-21T06:30:00Z. It named execution 11111111-2222-4333-8444-555555555555.
No credential was changed. Find out who made the request: see docs/operations.md, Messages.
For details, see the line "refused" in the function's log. To find the log group:
  aws lambda get-function-configuration --region us-gov-west-1 --function-name unused-iam-credentials-issue-password --query LoggingConfig.LogGroup`,
    });
  });

  it('of a refused request names the user and the owner as attributes, if they were read', () => {
    const refused = (user: Parameters<typeof describeRefusal>[1]) =>
      describeRequestRefusal('restorePermissions', { ...user, executionId: 'e' }, location, now);
    const attributes = { event: 'revocation-refused', account: '123456789012' };
    expect(refused({ userId: 'AIDA1' }).attributes).toStrictEqual(attributes);
    const named = { userId: 'AIDA1', userName: 'alice', owner: 'team-a' };
    expect(refused(named).attributes).toStrictEqual({
      ...attributes,
      ...{ userName: 'alice', owner: 'team-a' },
    });
  });

  it('of a damaged record names the user, the reason and the time, and says that the rest is restored', () => {
    const user = { userId: 'AIDA1', userName: 'alice', owner: 'team-a' };
    expect(describeDamagedRecord(user, location, 'part 1\nwas deleted', now)).toEqual({
      attributes: {
        ...{ event: 'revocation-refused', account: '123456789012' },
        ...{ userName: 'alice', owner: 'team-a' },
      },
      subject: 'Record of a retirement is damaged: AIDA1',
      message: `At 2026-11-21T06:30:00Z, a restoration of IAM user alice (AIDA1) in account 123456789012, us-gov-west-1, found that someone changed or deleted a record of the user's retirement:
part 1 was deleted

The restoration uses nothing from these parameters, and restores the rest. If AWSDenyAll is attached, it stays attached. Find out who caused this before you give the user more permissions.
Then see docs/undo.md, A damaged record of a retirement.`,
    });
    const long = describeDamagedRecord(user, location, 'x'.repeat(9_000), now).message;
    expect(long.length).toBeLessThan(5_000);
  });

  it('of records of others says how many, where, and what they do', () => {
    expect(describeUnknownRecords(25, location)).toEqual({
      attributes: { event: 'records-of-others', account: '123456789012' },
      subject: 'Unknown records in account 123456789012',
      message: `In the last 24 hours, someone other than this project wrote 25 parameters below /unused-iam-credentials/records in account 123456789012, us-gov-west-1.
They do not count as revocations, and this revocation continues. A restoration of a user with such a record is refused.
Find out who wrote them, then delete them.
For details, see the line "records of others" in the function's log. To find the log group:
  aws lambda get-function-configuration --region us-gov-west-1 --function-name unused-iam-credentials-plan-revocation --query LoggingConfig.LogGroup
or, with the command line of this project installed, list them:
  unused-iam-credentials doctor`,
    });
    expect(describeUnknownRecords(1, location).message).toMatch(
      /someone other than this project wrote 1 parameter /u,
    );
  });

  it('of revocations that keep failing names the user and the place, and how to find out why', () => {
    expect(
      describeFailingRevocations({ userName: 'frank', userId: 'AIDA1', owner: 'team-a' }, location),
    ).toEqual({
      attributes: {
        ...{ event: 'revocations-failing', account: '123456789012' },
        ...{ userName: 'frank', owner: 'team-a' },
      },
      subject: 'Revocations keep failing: frank',
      message: `The last two revocations of IAM user frank (AIDA1) in account 123456789012, us-gov-west-1, did not succeed.
Until a revocation succeeds, automatic executions for this user stop when half of MaxRevocationsPerDay is used. The other half stays available for other users.
To find out why:
  aws ssm describe-automation-executions --region us-gov-west-1 --filters Key=DocumentNamePrefix,Values=UnusedIamCredentials-Revoke Key=ExecutionStatus,Values=Failed
Fix the cause (docs/operations.md, When something fails). Then run the document for this user again.`,
    });
  });

  it('has a subject that SNS accepts, 1 to 100 ASCII characters, at the longest names', () => {
    const long = 'x'.repeat(64);
    const userId = `AIDA${'A'.repeat(124)}`;
    const user = { userId, owner: 'none' };
    const subjects = [
      describeRefusal('restore', { userId }, location, 'why', now).subject,
      describeRequestRefusal('issuePassword', { userId, executionId: 'x' }, location, now).subject,
      describeDamagedRecord({ ...user, userName: long }, location, 'why', now).subject,
      describeUnknownRecords(10_000, location).subject,
      describeFailingRevocations({ userName: long, userId, owner: 'none' }, location).subject,
      describeReturningCredentials(
        { userName: long, userId, owner: 'none', manager: null, exemptionTag: 'exempt-until-date' },
        [],
        location,
      ).subject,
    ];
    for (const subject of subjects) expect(subject).toMatch(/^[ -~]{1,100}$/u);
  });
});

it('the reason of a forged record names the parameter, what is wrong and who wrote it', () => {
  const forged = { name: '/records/x', why: 'it was overwritten', writer: 'arn:mallory' };
  expect(describeForged(forged)).toBe(
    '/records/x is not a genuine record: it was overwritten; written by arn:mallory',
  );
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
    exemptionTag: 'exempt-until-date',
  };
  const alert = (...given: Parameters<typeof describeReturningCredentials>) =>
    describeReturningCredentials(...given);

  it('names each credential, how often and when it was revoked, and the ways out', () => {
    const { attributes, subject, message } = alert({ ...named, manager: null }, [key], location);
    expect(attributes).toEqual({
      ...{ event: 'credentials-keep-coming-back', account: '123456789012' },
      ...{ userName: 'someone', owner: 'team-a' },
    });
    expect(subject).toBe('Credentials keep coming back: someone');
    expect(message).toMatchInlineSnapshot(`
      "After each revocation, somebody made credentials of IAM user someone (AIDASOMEONE) in account 123456789012, us-gov-west-1, usable again:
      - access key AKIA1: revoked 3 times within 30 days: 2026-11-21T06:29:58Z, 2026-11-21T06:29:59Z, 2026-11-21T06:30:00Z. It is not revoked again before 2026-11-21T06:30:00Z

      The credentials are unused, but can still be used. Automatic executions no longer revoke them, so that two tools do not work against each other.
      Find out which tool does this. In the CloudTrail event history of the Region that records IAM events, look for:
      - UpdateAccessKey with status Active
      Then configure that tool to keep the credentials inactive or to remove them.
      Or, if the credentials must stay, exempt the user: set the tag exempt-until-date to a date.
      To revoke the credentials again now, start the document yourself:
        aws ssm start-automation-execution --region us-gov-west-1 --document-name UnusedIamCredentials-Revoke \\
          --parameters IAMResourceId=AIDASOMEONE,AutomationAssumeRole=arn:aws-us-gov:iam::123456789012:role/UnusedIamCredentials-Revoke-us-gov-west-1
      or, with the command line of this project installed:
        unused-iam-credentials revoke AIDASOMEONE"
    `);
  });

  it.each([
    [
      'CloudFormation',
      'In the template of the stack:',
      '- set Status of the AWS::IAM::AccessKey to Inactive, or remove the key',
      '- remove LoginProfile of the AWS::IAM::User',
      'Then update the stack.',
    ],
    [
      'Terraform',
      'In the Terraform module:',
      '- set status of the aws_iam_access_key to "Inactive", or remove the key',
      '- remove the aws_iam_user_login_profile',
      'Then apply the configuration.',
    ],
    [
      'other',
      'Find out which tool does this. In the CloudTrail event history of the Region that records IAM events, look for:',
      '- UpdateAccessKey with status Active',
      '- CreateLoginProfile',
      'Then configure that tool to keep the credentials inactive or to remove them.',
    ],
  ] as const)(
    'says what to change in %s, for what comes back only',
    (kind, where, ofKey, ofPassword, then) => {
      const user = { ...named, manager: { kind, tag: 'key = value' } };
      const linesOf = (...credentials: ReturningCredential[]) => {
        const lines = alert(user, credentials, location).message.split('\n');
        const first = lines.indexOf('Tag key = value shows what manages the user.') + 1;
        return lines.slice(
          first,
          lines.findIndex((line) => line.startsWith('Or, ')),
        );
      };
      expect(linesOf(key, password)).toEqual([where, ofKey, ofPassword, then]);
      expect(linesOf(key)).toEqual([where, ofKey, then]);
      expect(linesOf(password)).toEqual([where, ofPassword, then]);
    },
  );
});

it('the reason of a quarantine names its policy', () => {
  expect(describeQuarantine('AWSCompromisedKeyQuarantineV3')).toBe(
    'policy AWSCompromisedKeyQuarantineV3 quarantines the user, because one of their access keys leaked',
  );
});
