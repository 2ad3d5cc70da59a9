import { describe, expect, it } from 'vitest';
import { parseAggregatedUser } from '../../../rule/formats/aggregated-user.ts';

const row = {
  accountId: '123456789012',
  resourceId: 'AIDAALICE',
  arn: 'arn:aws:iam::123456789012:user/team/alice',
};

describe("a user as an aggregator's query answers", () => {
  it('has the name and ARN, whatever else the answer contains', () => {
    const text = JSON.stringify({ ...row, awsRegion: 'us-east-1' });
    expect(parseAggregatedUser(text)).toEqual({
      ...{ accountId: '123456789012', userId: 'AIDAALICE', userName: 'alice' },
      arn: 'arn:aws:iam::123456789012:user/team/alice',
    });
  });

  it.each([
    ['no JSON', 'alice'],
    ['of another shape', '[]'],
    ['without an ID', JSON.stringify({ ...row, resourceId: '' })],
    ['of an account that is none', JSON.stringify({ ...row, accountId: '12' })],
    ['of another account than its ARN', JSON.stringify({ ...row, accountId: '210987654321' })],
    ['of a role', JSON.stringify({ ...row, arn: 'arn:aws:iam::123456789012:role/alice' })],
    ['with a text for the ARN', JSON.stringify({ ...row, arn: 'alice' })],
  ])('is not one if it is %s', (_, text) => {
    expect(parseAggregatedUser(text)).toBeNull();
  });
});
