import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  purgeDocument,
  restoreDocument,
  revokeDocument,
} from '../../../remediation-docs/documents.ts';
import {
  announcedPrefix,
  automationRoleArn,
  deletedPrefix,
  denyAllPolicyArn,
  functionNames,
  functionRoleArn,
  marks,
  parseRecordName,
  recordName,
  recordsPath,
  restoredPrefix,
  restoringTag,
  retirementPath,
  revokedTag,
  revokingTag,
  shortName,
} from '../../../rule/core/names.ts';

it('the marks and tags that the documents set are those that the functions look for', () => {
  const restore = restoreDocument.load();
  expect(restore).toContain(`- Key: ${marks.restored}\n`);
  expect(restore).toContain(`- Key: ${restoredPrefix}password\n`);
  expect(restore).toContain(`- Key: ${restoredPrefix}{{ Decision.FirstAccessKeyId }}\n`);
  expect(restore).toContain(`- Key: ${restoringTag}\n`);
  expect(restore).toContain(`- ${revokedTag}\n`);
  const revoke = revokeDocument.load();
  expect(revoke).toContain(`- Key: ${marks.applied}\n`);
  expect(revoke).toContain(`- Key: ${revokedTag}\n`);
  expect(revoke).toContain(`- Key: ${revokingTag}\n`);
  const purge = purgeDocument.load();
  expect(purge).toContain(`- Key: ${announcedPrefix}{{ AnnouncedKey.AccessKeyId }}\n`);
  expect(purge).toContain(`- Key: ${deletedPrefix}{{ Confirmation.AccessKeyId }}\n`);
  expect(restoredPrefix).toBe('restored-');
});

const place = { partition: 'aws-cn', accountId: '123456789012', region: 'cn-north-1' };

it('the role of a document ends with the Region, in whatever partition', () => {
  expect(automationRoleArn(restoreDocument.name, place)).toBe(
    'arn:aws-cn:iam::123456789012:role/UnusedIamCredentials-Restore-cn-north-1',
  );
});

it('the role of a function has its name and ends with the Region', () => {
  expect(functionRoleArn(functionNames.issuePassword, place)).toBe(
    'arn:aws-cn:iam::123456789012:role/UnusedIamCredentials-IssuePassword-cn-north-1',
  );
});

it("the policy that denies everything is AWS's, in whatever partition", () => {
  expect(denyAllPolicyArn('aws-cn')).toBe('arn:aws-cn:iam::aws:policy/AWSDenyAll');
});

it.each(Object.values(functionNames))(
  'the folder of %s has its name without the prefix',
  (name) => {
    const folder = new URL(`../../../rule/handlers/${shortName(name)}/`, import.meta.url);
    expect(shortName(name)).toMatch(/^[a-z-]+$/u);
    expect(existsSync(folder)).toBe(true);
  },
);

it('what a retirement removed is kept apart from the records, by user and execution', () => {
  expect(retirementPath('AIDA1', 'e1')).toBe('/unused-iam-credentials/retirements/AIDA1/e1');
});

it('the name of a record says whose it is and which revocation wrote it', () => {
  expect(parseRecordName(recordName('AIDA1', 'e1'))).toEqual({
    userId: 'AIDA1',
    executionId: 'e1',
  });
  expect(parseRecordName(`${recordsPath}/AIDA1`)).toEqual({ userId: 'AIDA1', executionId: '' });
  expect(parseRecordName(recordsPath)).toEqual({ userId: '', executionId: '' });
});
