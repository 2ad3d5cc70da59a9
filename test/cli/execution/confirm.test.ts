import { describe, expect, it } from 'vitest';
import { confirm } from '../../../cli/execution/remediate.ts';

const user = {
  ...{ userName: 'alice', userId: 'AIDAALICE', arn: 'arn:aws:iam::123456789012:user/alice' },
  ...{ path: '/', createDate: 0, tags: [] },
};

describe('the confirmation', () => {
  const change = {
    ...{ what: 'Revoke the unused credentials', users: [user, { ...user, userName: 'b\u0007b' }] },
    ...{ accountId: '123456789012', region: 'us-east-1', parameters: { PasswordAction: 'Keep' } },
    notes: ['It takes a while.'],
  };

  it.each([
    ['y', true],
    ['Y', true],
    [' yes ', true],
    ['', false],
    ['n', false],
    ['yesterday', false],
  ])('reads the answer %j as %s', async (answer, confirmed) => {
    expect(
      await confirm(
        change,
        async () => answer,
        () => undefined,
      ),
    ).toBe(confirmed);
  });

  it('shows the users, the parameters, the account and the Region', async () => {
    const lines: string[] = [];
    const ask = async (question: string) => {
      lines.push(question);
      return '';
    };
    await confirm(change, ask, (line) => lines.push(line));
    expect(lines).toEqual([
      '  alice (AIDAALICE) arn:aws:iam::123456789012:user/alice',
      '  b\\u{7}b (AIDAALICE) arn:aws:iam::123456789012:user/alice',
      '  with PasswordAction=Keep',
      '  It takes a while.',
      'Revoke the unused credentials of 2 users in account 123456789012 (us-east-1)? [y/N] ',
    ]);
  });
});
