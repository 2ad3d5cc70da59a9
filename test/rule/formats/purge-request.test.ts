import { describe, expect, it } from 'vitest';
import type { PurgedKey } from '../../../rule/core/purge-plan.ts';
import { encodeJson } from '../../../rule/formats/fields.ts';
import { encodeItem, encodeItems } from '../../../rule/formats/purge-item.ts';
import { parsePurgeLimits, parsePurgeRequest } from '../../../rule/formats/purge-request.ts';
import { executionId, otherExecutionId, record, userId } from '../../builders/revocation.ts';

const plan = {
  ...{ mode: 'plan', executionId, deleteAfterDays: '90', maxRevocationsPerDay: '20' },
  dryRun: 'true',
};
const accessKeyId = 'AKIAFRANK0000000';
const key: PurgedKey = {
  ...{ id: accessKeyId, userId, userName: 'frank+o=x,y.z@example-1', since: 0, deletedFrom: 0 },
  ...{ record: record([], { executionId: otherExecutionId }), lastUsed: undefined },
  announcedAt: null,
};
const item = encodeItem(key);
const read = {
  ...{ userId, accessKeyId, userName: key.userName },
  recordName: `/unused-iam-credentials/records/${userId}/${otherExecutionId}`,
};
const confirm = { mode: 'confirm', executionId, deleteAfterDays: '30', item };
const verify = { mode: 'verify', executionId, items: encodeItems([key]) };

describe('a request to purge', () => {
  it('is read into options', () => {
    expect(parsePurgeRequest(plan)).toEqual({
      ...{ mode: 'plan', executionId, dryRun: true },
      options: { deleteAfterDays: 90, maxRevocationsPerDay: 20 },
    });
  });

  it('names keys as the plan wrote them', () => {
    const confirmed = { mode: 'confirm', executionId, deleteAfterDays: 30, item: read };
    expect(parsePurgeRequest(confirm)).toEqual(confirmed);
    const items = encodeItems([key, { ...key, id: `${accessKeyId}2` }]);
    expect(parsePurgeRequest({ ...verify, items })).toEqual({
      ...{ mode: 'verify', executionId },
      items: [read, { ...read, accessKeyId: `${accessKeyId}2` }],
    });
  });

  it.each(['0', '30', '3650'])('may have DeleteAfterDays %s', (deleteAfterDays) => {
    const { options } = Object(parsePurgeRequest({ ...plan, deleteAfterDays }));
    expect(options.deleteAfterDays).toBe(Number(deleteAfterDays));
  });

  const problem = (field: string, expected: string) =>
    expect.objectContaining({
      name: 'RequestError',
      message: expect.stringMatching(new RegExp(`documents: ${field}.*${expected}`, 'u')),
    });

  it.each([
    ['29', 'expected 0, or 30 to 3650'],
    ['3651', 'expected 0, or 30 to 3650'],
    ['10000', 'expected a whole number'],
    ['90 ', 'expected a whole number'],
    [' 90', 'expected a whole number'],
    ['9e1', 'expected a whole number'],
    ['', 'expected a whole number'],
    [90, 'Expected string'],
  ])('is refused with DeleteAfterDays %j: %s', (deleteAfterDays, expected) => {
    for (const request of [plan, confirm]) {
      expect(() => parsePurgeRequest({ ...request, deleteAfterDays })).toThrow(
        problem('deleteAfterDays', expected),
      );
    }
  });

  it.each([
    ['mode', { ...plan, mode: 'delete' }],
    ['executionId', { ...plan, executionId: 'x' }],
    ['executionId', { ...confirm, executionId: 'x' }],
    ['executionId', { ...verify, executionId: 'x' }],
    ['maxRevocationsPerDay', { ...plan, maxRevocationsPerDay: '10000' }],
    ['dryRun', { ...plan, dryRun: 'yes' }],
    ['items', { ...verify, items: [item] }],
    ['items', { ...verify, items: '' }],
    ['items', { ...verify, items: `${verify.items} ` }],
    ['items.0', { ...verify, items: item }],
    ['items.1.2', { ...verify, items: encodeItems([key, { ...key, id: 'AKIA' }]) }],
  ])('is refused, naming %s', (field, request) => {
    expect(() => parsePurgeRequest(request)).toThrow(problem(field, ''));
  });

  const parts = [userId, otherExecutionId, accessKeyId, key.userName] as const;
  const changed = (index: number, part: string) => encodeJson(parts.with(index, part));

  const ofUser = '0: expected the unique ID of a user';
  const ofKey = '2: expected an access key ID';
  const ofName = '3: expected a user name';
  it.each([
    ['a user of another kind', ofUser, changed(0, userId.replace('AIDA', 'AROA'))],
    ['text before the user', ofUser, changed(0, `x${userId}`)],
    ['text after the user', ofUser, changed(0, `${userId}/x`)],
    ['no unique ID', ofUser, changed(0, 'AIDA1')],
    ['no execution', '1: ', changed(1, 'x')],
    ["a part of an execution's ID", '1: ', changed(1, otherExecutionId.replace('-4333', ''))],
    ['a key that is too short', ofKey, changed(2, 'AKIA')],
    ['a path as a key', ofKey, changed(2, `../${accessKeyId}`)],
    ['text after the key', ofKey, changed(2, `${accessKeyId}/x`)],
    ['no name', ofName, changed(3, '')],
    ['a name that IAM does not allow', ofName, changed(3, `${key.userName}{{x}}`)],
    ['a name that is too long', ofName, changed(3, 'x'.repeat(65))],
    ['a line after the name', ofName, changed(3, `${key.userName}\n`)],
    ['a part too few', '3: ', encodeJson(parts.slice(0, 3))],
    ['a part too many', '4: ', encodeJson([...parts, 'x'])],
  ])('is refused for an item of %s', (_, part, text) => {
    expect(() => parsePurgeRequest({ ...confirm, item: text })).toThrow(
      problem(`item\\.${part}`, ''),
    );
  });

  it.each([
    ['the parts themselves', 'expected base64url', parts.join('/')],
    ['JSON that is not in base64url', 'expected base64url', JSON.stringify(parts)],
    ['something other than JSON', 'JSON', 'AAAA'],
    ['a line after it', 'expected base64url', `${item}\n`],
    ['no text', 'string', parts],
  ])('is refused for an item of %s', (_, expected, given) => {
    expect(() => parsePurgeRequest({ ...confirm, item: given })).toThrow(problem('item', expected));
  });
});

describe('what the deployment allows of a purge', () => {
  const limits = {
    ...{ ConfigRuleName: 'my-rule', DeleteAfterDays: '180', MaxRevocationsPerDay: '5' },
    EnforceFrom: '2026-11-30',
  };

  it('is read from the variable of the function', () => {
    expect(parsePurgeLimits(JSON.stringify(limits))).toEqual({
      ...{ ruleName: 'my-rule', enforceFrom: Date.UTC(2026, 10, 30) },
      options: { deleteAfterDays: 180, maxRevocationsPerDay: 5 },
    });
  });

  it('is no deletion if the variable is missing', () => {
    expect(parsePurgeLimits(undefined)).toEqual({
      ...{ ruleName: 'unused-iam-credentials', enforceFrom: 0 },
      options: { deleteAfterDays: 0, maxRevocationsPerDay: 20 },
    });
  });

  it.each([
    ['the whole value', ''],
    ['the whole value', 'null'],
    ['DeleteAfterDays', JSON.stringify({ ...limits, DeleteAfterDays: '29' })],
    ['ConfigRuleName', JSON.stringify({ ...limits, ConfigRuleName: '' })],
    ['MaxRevocationsPerDay', JSON.stringify({ ...limits, MaxRevocationsPerDay: undefined })],
    ['EnforceFrom', JSON.stringify({ ...limits, EnforceFrom: 'soon' })],
    ['Extra', JSON.stringify({ ...limits, Extra: '1' })],
  ])('is refused, naming %s, and says what to do: %s', (place, text) => {
    expect(() => parsePurgeLimits(text)).toThrow(
      expect.objectContaining({
        name: 'RequestError',
        message: expect.stringMatching(
          new RegExp(`variable PURGE_LIMITS is not valid: ${place}: .*\\. Deploy the stack`, 'u'),
        ),
      }),
    );
  });
});
