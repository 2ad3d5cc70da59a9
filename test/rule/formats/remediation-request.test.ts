import { describe, expect, it } from 'vitest';
import { encodeJson } from '../../../rule/formats/fields.ts';
import {
  parsePasswordRequest,
  parsePermissionsRequest,
  parseRestorationRequest,
  parseRetirementRequest,
  parseRevocationRequest,
} from '../../../rule/formats/remediation-request.ts';
import { executionId, userId } from '../../builders/revocation.ts';

const plan = {
  ...{ mode: 'plan', userId, executionId, ruleName: 'unused-iam-credentials' },
  ...{ passwordAction: 'Delete', accessKeyAction: 'Deactivate', neverUsedAccessKeyAction: 'Keep' },
  ...{ minimumIdleDays: '30', maxRevocationsPerDay: '20', enforceFrom: '2026-11-30' },
  dryRun: 'false',
};
const restore = {
  ...{ mode: 'plan', userId, executionId, ruleName: 'unused-iam-credentials' },
  ...{ revocationId: 'All', accessKeyId: 'Any', includeUnconfirmed: 'false', graceDays: '14' },
  ...{ restorePassword: 'true', maxRecordAgeDays: '90' },
};
const retire = {
  ...{ mode: 'plan', userId, executionId, ruleName: 'unused-iam-credentials' },
  ...{ removeGroups: 'true', detachPolicies: 'false', deactivateMfaDevices: 'true' },
  dryRun: 'false',
};
const refused = (field: string) =>
  expect.objectContaining({ name: 'RequestError', message: expect.stringContaining(field) });

describe('a request of the documents', () => {
  it('is read into options', () => {
    expect(parseRevocationRequest(plan)).toEqual({
      ...{ mode: 'plan', userId, executionId, ruleName: 'unused-iam-credentials' },
      options: {
        ...{ passwordAction: 'Delete', accessKeyAction: 'Deactivate' },
        ...{ neverUsedAccessKeyAction: 'Keep', minimumIdleDays: 30, maxRevocationsPerDay: 20 },
        ...{ enforceFrom: Date.UTC(2026, 10, 30), dryRun: false },
      },
    });
    expect(parseRevocationRequest({ ...plan, mode: 'preview' })).toEqual({
      ...parseRevocationRequest(plan),
      mode: 'preview',
    });
    expect(parseRestorationRequest(restore)).toMatchObject({
      graceDays: 14,
      options: {
        revocationId: null,
        accessKeyId: null,
        restorePassword: true,
        maxRecordAgeDays: 90,
      },
    });
    const one = { ...restore, revocationId: executionId, accessKeyId: 'AKIA1' };
    expect(parseRestorationRequest(one)).toMatchObject({
      options: { revocationId: executionId, accessKeyId: 'AKIA1' },
    });
  });

  it.each([
    ['mode', { mode: 'act' }],
    ['userId', { userId: ` ${userId}` }],
    ['userId', { userId: `${userId}\n` }],
    ['userId', { userId: 'AIDA12345678901' }],
    ['userId', { userId: `AIDA${'A'.repeat(125)}` }],
    ['executionId', { executionId: `x${executionId}` }],
    ['executionId', { executionId: `${executionId}x` }],
    ['ruleName', { ruleName: '' }],
    ['ruleName', { ruleName: 'x'.repeat(8193) }],
    ['minimumIdleDays', { minimumIdleDays: ' 30' }],
    ['minimumIdleDays', { minimumIdleDays: '4e1' }],
    ['maxRevocationsPerDay', { maxRevocationsPerDay: '10000' }],
    ['enforceFrom', { enforceFrom: '2026-11-30T00:00:00Z' }],
    ['userId', { userId: 'alice' }],
    ['userId', { userId: undefined }],
    ['executionId', { executionId: '../pause' }],
    ['passwordAction', { passwordAction: 'delete' }],
    ['accessKeyAction', { accessKeyAction: '' }],
    ['neverUsedAccessKeyAction', { neverUsedAccessKeyAction: 'None' }],
    ['minimumIdleDays', { minimumIdleDays: '0' }],
    ['minimumIdleDays', { minimumIdleDays: 30 }],
    ['minimumIdleDays', { minimumIdleDays: '3651' }],
    ['minimumIdleDays', { minimumIdleDays: '' }],
    ['maxRevocationsPerDay', { maxRevocationsPerDay: '-1' }],
    ['enforceFrom', { enforceFrom: '2026-02-30' }],
    ['dryRun', { dryRun: 'no' }],
    ['dryRun', { dryRun: undefined }],
  ])('to revoke is refused, naming %s, with %j', (field, rest) => {
    expect(() => parseRevocationRequest({ ...plan, ...rest })).toThrow(refused(field));
  });

  it.each([
    ['revocationId', { revocationId: 'all' }],
    ['graceDays', { graceDays: '0' }],
    ['accessKeyId', { accessKeyId: '' }],
    ['maxRecordAgeDays', { maxRecordAgeDays: '3651' }],
    ['graceDays', { graceDays: '31' }],
    ['restorePassword', { restorePassword: 'maybe' }],
    ['includeUnconfirmed', { includeUnconfirmed: undefined }],
    ['maxRecordAgeDays', { maxRecordAgeDays: '0' }],
  ])('to restore is refused, naming %s, with %j', (field, rest) => {
    expect(() => parseRestorationRequest({ ...restore, ...rest })).toThrow(refused(field));
  });

  it('may hold the least and the greatest of each number', () => {
    for (const minimumIdleDays of ['1', '3650']) {
      expect(parseRevocationRequest({ ...plan, minimumIdleDays })).toMatchObject({
        options: { minimumIdleDays: Number(minimumIdleDays) },
      });
    }
    for (const maxRevocationsPerDay of ['0', '9999']) {
      expect(parseRevocationRequest({ ...plan, maxRevocationsPerDay })).toMatchObject({
        options: { maxRevocationsPerDay: Number(maxRevocationsPerDay) },
      });
    }
    for (const graceDays of ['1', '30']) {
      expect(parseRestorationRequest({ ...restore, graceDays })).toMatchObject({
        graceDays: Number(graceDays),
      });
    }
    for (const maxRecordAgeDays of ['1', '3650']) {
      expect(parseRestorationRequest({ ...restore, maxRecordAgeDays })).toMatchObject({
        options: { maxRecordAgeDays: Number(maxRecordAgeDays) },
      });
    }
    const longest = { ...plan, ruleName: 'x'.repeat(8192), userId: `AIDA${'A'.repeat(124)}` };
    expect(parseRevocationRequest(longest)).toMatchObject({ userId: longest.userId });
  });

  it.each(['preview', 'plan'])('to retire is read into options: %s', (mode) => {
    expect(parseRetirementRequest({ ...retire, mode })).toEqual({
      ...{ mode, userId, executionId, ruleName: 'unused-iam-credentials' },
      options: {
        ...{ removeGroups: true, detachPolicies: false, deactivateMfaDevices: true },
        dryRun: false,
      },
    });
  });

  it('to confirm or verify a retirement has its record, and where to notify', () => {
    const confirm = { mode: 'confirm', userId, executionId, record: 'e30' };
    expect(parseRetirementRequest(confirm)).toEqual(confirm);
    const verify = { ...confirm, mode: 'verify', topicArn: 'none' };
    expect(parseRetirementRequest(verify)).toEqual({ ...verify, topicArn: null });
    expect(() => parseRetirementRequest({ ...verify, topicArn: '' })).toThrow(refused('topicArn'));
  });

  it.each([
    ['mode', { mode: 'act' }],
    ['userId', { userId: 'alice' }],
    ['executionId', { executionId: '../pause' }],
    ['ruleName', { ruleName: '' }],
    ['removeGroups', { removeGroups: 'yes' }],
    ['detachPolicies', { detachPolicies: true }],
    ['deactivateMfaDevices', { deactivateMfaDevices: '' }],
    ['dryRun', { dryRun: undefined }],
    ['record', { mode: 'confirm' }],
    ['record', { mode: 'verify', topicArn: 'none' }],
    ['topicArn', { mode: 'verify', record: 'e30' }],
  ])('to retire is refused, naming %s, with %j', (field, rest) => {
    expect(() => parseRetirementRequest({ ...retire, ...rest })).toThrow(refused(field));
  });

  it('to verify is read, with None for absent values', () => {
    const verify = {
      ...{ mode: 'verify', userId, executionId, userName: 'someone', exemptUntil: '2026-12-05' },
      ...{ firstAccessKeyId: 'None', secondAccessKeyId: 'AKIA2' },
      ...{ passwordAction: 'None', passwordRevocationId: 'None', staysOff: 'None' },
      ...{ permissions: 'None', denyAction: 'None' },
    };
    expect(parseRestorationRequest(verify)).toEqual({
      ...{ ...verify, firstAccessKeyId: null, passwordRevocationId: null, staysOff: null },
      permissions: [],
    });
    const texts = ['userName', 'exemptUntil', 'firstAccessKeyId', 'passwordRevocationId'];
    for (const field of [...texts, 'staysOff', 'permissions', 'denyAction']) {
      expect(() => parseRestorationRequest({ ...verify, [field]: undefined })).toThrow(
        refused(field),
      );
    }
    for (const permissions of ['', 'group admins', 'e30', encodeJson(['']), encodeJson('a')]) {
      expect(() => parseRestorationRequest({ ...verify, permissions })).toThrow(
        refused('permissions'),
      );
    }
    const actions = { ...verify, passwordAction: 'Reset' };
    expect(() => parseRestorationRequest(actions)).toThrow(refused('passwordAction'));
    const topicArn = 'arn:aws:sns:us-east-1:123456789012:t';
    const revoked = { mode: 'verify', userId, executionId, record: 'e30', topicArn };
    expect(parseRevocationRequest(revoked)).toEqual(revoked);
    expect(parseRevocationRequest({ ...revoked, topicArn: 'none' })).toMatchObject({
      topicArn: null,
    });
    expect(() => parseRevocationRequest({ ...revoked, topicArn: '' })).toThrow(refused('topicArn'));
    expect(() => parseRevocationRequest({ ...revoked, record: '' })).toThrow(refused('record'));
  });

  it('to confirm a plan is read', () => {
    const revoke = { mode: 'confirm', userId, executionId, record: 'e30' };
    expect(parseRevocationRequest(revoke)).toEqual(revoke);
    expect(() => parseRevocationRequest({ ...revoke, record: '' })).toThrow(refused('record'));
    const ids = { firstAccessKeyId: 'AKIA1', secondAccessKeyId: 'None' };
    const back = { mode: 'confirm', userId, executionId, userName: 'someone', ...ids };
    expect(parseRestorationRequest(back)).toEqual({ ...back, secondAccessKeyId: null });
    for (const field of ['userName', 'firstAccessKeyId', 'secondAccessKeyId']) {
      expect(() => parseRestorationRequest({ ...back, [field]: undefined })).toThrow(
        refused(field),
      );
    }
  });

  it('may keep or replace passwords, and issue one', () => {
    for (const passwordAction of ['Keep', 'Replace']) {
      expect(parseRevocationRequest({ ...plan, passwordAction })).toMatchObject({
        options: { passwordAction },
      });
    }
    const verify = {
      ...{ mode: 'verify', userId, executionId, userName: 'someone', exemptUntil: '2026-12-05' },
      ...{ firstAccessKeyId: 'AKIA1', secondAccessKeyId: 'None' },
      ...{ passwordAction: 'Issue', passwordRevocationId: executionId },
      staysOff: 'password: deleted',
      ...{ permissions: encodeJson(['group admins', 'inline policy own']), denyAction: 'Lift' },
    };
    expect(parseRestorationRequest(verify)).toEqual({
      ...{ ...verify, secondAccessKeyId: null },
      permissions: ['group admins', 'inline policy own'],
    });
  });

  it('for permissions is read, and holds only the mode, the user and the execution', () => {
    const asked = { mode: 'lift-deny', userId, executionId };
    for (const mode of ['lift-deny', 'give-back']) {
      const input = { ...asked, mode, groups: 'admins' };
      expect(parsePermissionsRequest(input)).toEqual({ ...asked, mode });
    }
    for (const field of ['mode', 'userId', 'executionId']) {
      expect(() => parsePermissionsRequest({ ...asked, [field]: 'x' })).toThrow(refused(field));
    }
  });

  it('for a password is read', () => {
    const asked = { userId, executionId, recordName: '/a/record', passwordResetRequired: 'true' };
    expect(parsePasswordRequest(asked)).toEqual({ ...asked, passwordResetRequired: true });
    for (const field of ['executionId', 'recordName', 'passwordResetRequired']) {
      expect(() => parsePasswordRequest({ ...asked, [field]: undefined })).toThrow(refused(field));
    }
  });

  it('is refused with a message that says what was expected and what to do', () => {
    const message = (input: object) => {
      try {
        return parseRevocationRequest({ ...plan, ...input });
      } catch (error) {
        return String(error);
      }
    };
    expect(message({ userId: 'alice' })).toBe(
      "RequestError: Not a request of this project's documents: userId: expected the unique ID of an IAM user (AIDA…). Deploy documents and functions together",
    );
    expect(message({ executionId: 'x' })).toContain('expected an execution ID');
    expect(message({ minimumIdleDays: 'x' })).toContain('expected a whole number');
    expect(message({ enforceFrom: 'x' })).toContain('expected a date such as 2027-01-31');
  });

  it('is refused if it is not an object, or contains an unresolved reference', () => {
    for (const input of [undefined, null, 'plan', 7]) {
      expect(() => parseRevocationRequest(input)).toThrow(refused('documents: the whole value: '));
    }
    expect(() => parseRevocationRequest([])).toThrow(refused('documents: mode: '));
    const unfilled = { userId: '{{ IAMResourceId }}', executionId, recordName: '/x' };
    expect(() => parsePasswordRequest(unfilled)).toThrow(refused('userId'));
  });
});
