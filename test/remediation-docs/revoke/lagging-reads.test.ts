import { expect, it } from 'vitest';
import { ending, recordsIn, startCase } from '../revocation-case.ts';

it.each([
  ['NoSuchEntity', 404],
  ['AccessDenied', 403],
])(
  'a deleted key that IAM still lists, and answers %s of, is looked for again until it is gone',
  async (code, status) => {
    const { account, local, frank } = await startCase({ loginProfile: undefined });
    account.iamReadLagMs = 10_000;
    const isDeleted = () =>
      local.aws.requests.entries.some(({ operation }) => operation === 'DeleteAccessKey');
    local.aws.faults.push({ operation: 'GetAccessKeyLastUsed', code, status, when: isDeleted });
    const done = await local.revoke(frank.userId, { AccessKeyAction: 'Delete' });
    expect(ending(done)).toBe('Success Revoke');
    expect(frank.accessKeys).toEqual([]);
    const [parameter] = account.parameters.values();
    expect(parameter?.tags.has('applied')).toBe(true);
    expect(recordsIn(account)).toHaveLength(1);
  },
);
