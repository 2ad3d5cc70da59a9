import { describe, expect, it } from 'vitest';
import { parseFunctionArn } from '../../rule/formats/function-arn.ts';
import {
  parsePasswordRequest,
  parseRestorationRequest,
  parseRevocationRequest,
} from '../../rule/formats/remediation-request.ts';
import { executionId, userId } from '../builders/revocation.ts';

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
    ['graceDays', { graceDays: '31' }],
    ['restorePassword', { restorePassword: 'maybe' }],
    ['includeUnconfirmed', { includeUnconfirmed: undefined }],
    ['maxRecordAgeDays', { maxRecordAgeDays: '0' }],
  ])('to restore is refused, naming %s, with %j', (field, rest) => {
    expect(() => parseRestorationRequest({ ...restore, ...rest })).toThrow(refused(field));
  });

  it('is refused when it is no object, or a template was not filled in', () => {
    for (const input of [undefined, null, 'plan', [], 7]) {
      expect(() => parseRevocationRequest(input)).toThrow(refused('The request is none'));
    }
    const unfilled = { userId: '{{ IAMResourceId }}', executionId, recordName: '/x' };
    expect(() => parsePasswordRequest(unfilled)).toThrow(refused('userId'));
  });
});

describe("a function's ARN", () => {
  it('tells where the function is, with or without version or alias', () => {
    const where = {
      ...{ partition: 'aws-us-gov', region: 'us-gov-west-1', accountId: '123456789012' },
      functionName: 'unused-iam-credentials-plan-revocation',
    };
    const arn =
      'arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:unused-iam-credentials-plan-revocation';
    expect(parseFunctionArn(arn)).toEqual(where);
    expect(parseFunctionArn(`${arn}:$LATEST`)).toEqual(where);
    expect(() => parseFunctionArn('plan-revocation')).toThrow(refused('ARN'));
  });
});
