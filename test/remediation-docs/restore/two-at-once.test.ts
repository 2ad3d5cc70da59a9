import { expect, it } from 'vitest';
import { revoked } from '../restoration-case.ts';
import { currentSecrets, isMarked, output, statusesOf } from '../restoration-views.ts';
import { keepInStep } from '../revocation-case.ts';

const all = (userId: string) => ({
  IAMResourceId: userId,
  RevocationId: 'All',
  RestorePassword: 'true',
});

it.each(['in step', 'one after the other has ended'])(
  'two restorations, %s, both succeed, and nobody is alerted',
  async (how) => {
    const found = await revoked();
    const { local, account, frank } = found;
    const ids = [0, 1].map(() => local.start('restore', all(frank.userId)));
    const [first = '', second = ''] = ids;
    if (how === 'in step') keepInStep(local, 2);
    else {
      const { invoke } = account.automation;
      account.automation.invoke = async (name, payload) => {
        const issues = name.endsWith('issue-password') && payload['executionId'] === second;
        if (issues) await local.ended(first);
        return invoke(name, payload);
      };
    }
    const done = await Promise.all(ids.map(local.ended));
    expect(done.map(({ status }) => status)).toEqual(['Success', 'Success']);
    expect(done.map((each) => output(each, 'Result.Outcome'))).toEqual(['Restored', 'Restored']);
    expect(local.log.filter(({ alert }) => alert === true)).toEqual([]);
    expect(statusesOf(frank)).toEqual(['Active', 'Active']);
    const { password } = frank.loginProfile ?? {};
    expect(currentSecrets(account)).toEqual([{ userName: 'frank', password }]);
    expect(isMarked(found)).toBe(true);
  },
);
