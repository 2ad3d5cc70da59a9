import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readAccounts } from '../../../cli/audit/accounts.ts';
import type { Gathered } from '../../../cli/audit/result.ts';
import { ExpectedError } from '../../../rule/core/errors.ts';
import { now } from '../../builders/account.ts';

const clock = { now: () => now, sleep: async () => undefined };
const ids = Array.from({ length: 10 }, (_, index) => `${100_000_000_000 + index}`);
const counts = {
  ...{ serviceSpecificCredentials: 1, expiringSoon: 1, sshKeys: null },
  ...{ signingCertificates: 2, usersWithMoreThanTwoAccessKeys: 0 },
};
const gatheredOf = (accountId: string): Gathered => ({
  accounts: [{ accountId, asOf: now + Number(accountId.slice(-1)) }],
  ...{ users: [], errors: [], asOf: now, unjudged: counts, notes: ['a note'] },
});
const fails = (accountId: string) =>
  Promise.reject(new ExpectedError('RunError', `no ${accountId}`));

describe('several accounts', () => {
  it('are read four at a time, and progress says how many are done and what is being read', async () => {
    const said: string[] = [];
    const [running, most] = [new Set<string>(), { count: 0 }];
    const read = async (accountId: string, tell: (what: string) => void) => {
      running.add(accountId);
      most.count = Math.max(most.count, running.size);
      tell('Waiting');
      await turn();
      running.delete(accountId);
      return gatheredOf(accountId);
    };
    await readAccounts(ids, read, { clock, onProgress: (what) => void said.push(what) });
    expect(most.count).toBe(4);
    expect(said[0]).toBe('0 of 10 accounts read; 100000000000: Waiting');
    expect(said.at(-1)).toBe('10 of 10 accounts read');
  });

  it('have the earliest instant, the sum of what was counted, and each note once', async () => {
    const read = async (accountId: string) => gatheredOf(accountId);
    const all = await readAccounts(ids.slice(3), read, { clock, onProgress: () => undefined });
    expect(all).toMatchObject({ asOf: now + 3, notes: ['a note'] });
    expect(all.unjudged).toEqual({
      ...{ serviceSpecificCredentials: 7, expiringSoon: 7, sshKeys: null },
      ...{ signingCertificates: 14, usersWithMoreThanTwoAccessKeys: 0 },
    });
  });

  it('that fail have a failure, and nothing is counted of them', async () => {
    const read = (accountId: string) =>
      accountId.endsWith('3') ? fails(accountId) : Promise.resolve(gatheredOf(accountId));
    const all = await readAccounts(ids.slice(2, 4), read, { clock, onProgress: () => undefined });
    expect(all.accounts).toEqual([
      { accountId: ids[2], asOf: now + 2 },
      { accountId: ids[3], asOf: now, failure: `no ${ids[3]}` },
    ]);
    expect(all).toMatchObject({ asOf: now + 2, unjudged: counts });
  });

  it('have no counts and the present instant if all of them fail', async () => {
    const all = await readAccounts(ids, fails, { clock, onProgress: () => undefined });
    expect(all).toMatchObject({ asOf: now, unjudged: null, users: [] });
  });

  it('reject with a defect of the program, which is not a failure of an account', async () => {
    const read = () => Promise.reject(new TypeError('a defect'));
    await expect(readAccounts(ids, read, { clock, onProgress: () => undefined })).rejects.toThrow(
      'a defect',
    );
  });
});
