import { afterAll, describe, expect, it } from 'vitest';
import type { Category } from '../../rule/core/assess-user.ts';
import { parseRuleParameters } from '../../rule/core/rule-parameters.ts';
import { startMotoServer } from './moto-server.ts';
import {
  connectToMoto,
  day,
  noReport,
  reportOf,
  type UserOptions,
  type Verdict,
} from './moto-users.ts';

const exemptUntil = (instant: number) => ({
  Key: 'unused-iam-credentials:exempt-until',
  Value: new Date(instant).toISOString().slice(0, 10),
});
const both: UserOptions = { password: true, keys: ['Active'] };
const inDays = (days: number) => Date.now() + days * day;
const ended = { ...both, tag: exemptUntil(inDays(50)) };
const lasting = { ...both, tag: exemptUntil(inDays(200)) };

/** Names of users, what they have, and what a report says was changed 90 days from now. */
const nonCompliant: [string, UserOptions, Category, changed?: 'password' | 'keys'][] = [
  ['a-password-alone', { password: true }, 'inactive-user'],
  ['a-key-alone', { keys: ['Active'] }, 'inactive-user'],
  ['a-password-and-a-key', { ...both, keys: ['Active', 'Inactive'] }, 'inactive-user'],
  ['the-key-beside-a-newer-password', both, 'unused-access-key', 'password'],
  ['the-password-beside-a-newer-key', both, 'unused-password', 'keys'],
  ['an-exemption-that-ended', ended, 'inactive-user'],
];

const compliant: [string, UserOptions, Category][] = [
  ['no-credentials-at-all', {}, 'no-credentials'],
  ['an-inactive-key', { keys: ['Inactive'] }, 'no-credentials'],
  ['an-exemption-by-tag', lasting, 'exempt'],
  ['an-exemption-by-path', { ...both, path: '/break-glass/' }, 'exempt'],
];

const server = await startMotoServer();

describe.skipIf(typeof server === 'string')(
  `the rule over moto's IAM${typeof server === 'string' ? ` (${server})` : ''}`,
  () => {
    const moto = connectToMoto(typeof server === 'string' ? '' : server.endpoint);
    const now = inDays(100);

    afterAll(async () => {
      moto.close();
      if (typeof server !== 'string') await server.stop();
    });

    it.each(nonCompliant)('finds %s NON_COMPLIANT', async (userName, has, category, changed) => {
      const person = await moto.makeUser(userName, has);
      const late = changed === undefined ? {} : { [changed]: inDays(90) };
      const verdict = await moto.judgeAt(now, person, reportOf(person, now - 1, late));
      expect(summaryOf(verdict)).toBe(`NON_COMPLIANT ${category}`);
    });

    it.each(compliant)('finds %s COMPLIANT without a report', async (userName, has, category) => {
      const person = await moto.makeUser(userName, has);
      const parameters = parseRuleParameters({ exemptPathPrefixes: '/break-glass/' });
      const verdict = await moto.judgeAt(now, person, noReport, parameters);
      expect(summaryOf(verdict)).toBe(`COMPLIANT ${category}`);
    });

    it('a credential is unused from the exact millisecond of the threshold', async () => {
      const person = await moto.makeUser('boundary', { keys: ['Active'] });
      const unusedFrom = (person.keys[0]?.created ?? Number.NaN) + 45 * day;
      expect(summaryOf(await moto.judgeAt(unusedFrom - 1, person))).toBe('COMPLIANT active');
      const after = await moto.judgeAt(unusedFrom, person, reportOf(person, unusedFrom));
      expect(summaryOf(after)).toBe('NON_COMPLIANT inactive-user');
    });

    it('reads the last use of a key', async () => {
      const person = await moto.makeUser('worker', { keys: ['Active'] });
      for (const key of person.keys) await moto.useKey(key);
      const verdict = await moto.judgeAt(now, person, reportOf(person, now));
      expect(verdict).toMatchObject({
        assessment: { credentials: [{ id: person.keys[0]?.id, basis: 'used', everUsed: true }] },
      });
    });

    it('an unused user that no report covers stays undecided', async () => {
      const person = await moto.makeUser('unreported', both);
      const verdict = await moto.judgeAt(now, person, () => ({ row: null, generatedAt: now }));
      expect(verdict).toBe('undecided');
    });

    it('a user is COMPLIANT once the password is deleted and the key deactivated', async () => {
      const { keys, ...known } = await moto.makeUser('revoked', both);
      const UserName = known.userName;
      await moto.iam.deleteLoginProfile({ UserName });
      for (const { id: AccessKeyId } of keys) {
        await moto.iam.updateAccessKey({ UserName, AccessKeyId, Status: 'Inactive' });
      }
      expect(summaryOf(await moto.judgeAt(now, known))).toBe('COMPLIANT no-credentials');
    });

    it('a deleted user is gone, even if another user has the name', async () => {
      const person = await moto.makeUser('leaver');
      await moto.iam.deleteUser({ UserName: 'leaver' });
      expect(await moto.judgeAt(now, person)).toBe('gone');
      await moto.makeUser('leaver', both);
      expect(await moto.judgeAt(now, person)).toBe('gone');
    });

    it('finds a renamed user by ID, even if another user has the old name', async () => {
      const person = await moto.makeUser('maiden-name', both);
      await moto.iam.updateUser({ UserName: 'maiden-name', NewUserName: 'married-name' });
      const renamed = { assessment: { category: 'inactive-user' } };
      const user = { userName: 'married-name', userId: person.userId };
      const evidence = reportOf(person, now);
      expect(await moto.judgeAt(now, person, evidence)).toMatchObject({ ...renamed, user });
      await moto.makeUser('maiden-name');
      expect(await moto.judgeAt(now, person, evidence)).toMatchObject({ ...renamed, user });
    });
  },
);

function summaryOf(verdict: Verdict): string {
  if (typeof verdict === 'string') return verdict;
  const { compliance, category } = verdict.assessment;
  return `${compliance} ${category}`;
}
