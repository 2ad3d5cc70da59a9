import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Category } from '../../rule/core/assess-user.ts';
import { parseRuleParameters } from '../../rule/core/rule-parameters.ts';
import { type MotoServer, motoMissing, startMotoServer } from './moto-server.ts';
import {
  connectToMoto,
  day,
  noReport,
  reportOf,
  type UserOptions,
  type Verdict,
} from './moto-users.ts';

interface Case {
  readonly userName: string;
  readonly has: UserOptions;
  readonly category: Category;
  /** What was changed 90 days from now, according to the report. */
  readonly changed?: readonly ('password' | 'keys')[];
}

const exemptUntil = (instant: number) => ({
  Key: 'unused-iam-credentials:exempt-until',
  Value: new Date(instant).toISOString().slice(0, 10),
});
const both: UserOptions = { password: true, keys: ['Active'] };
const inDays = (days: number) => Date.now() + days * day;
const [ended, lasting] = [exemptUntil(inDays(50)), exemptUntil(inDays(200))];

const nonCompliant: Case[] = [
  { userName: 'a-password-alone', has: { password: true }, category: 'inactive-user' },
  { userName: 'a-key-alone', has: { keys: ['Active'] }, category: 'inactive-user' },
  {
    userName: 'a-password-and-a-key',
    has: { ...both, keys: ['Active', 'Inactive'] },
    category: 'inactive-user',
  },
  {
    userName: 'the-key-beside-a-newer-password',
    has: both,
    category: 'unused-access-key',
    changed: ['password'],
  },
  {
    userName: 'the-password-beside-a-newer-key',
    has: both,
    category: 'unused-password',
    changed: ['keys'],
  },
  { userName: 'an-exemption-that-ended', has: { ...both, tag: ended }, category: 'inactive-user' },
];

const compliant: Case[] = [
  { userName: 'no-credentials-at-all', has: {}, category: 'no-credentials' },
  { userName: 'an-inactive-key', has: { keys: ['Inactive'] }, category: 'no-credentials' },
  {
    userName: 'an-exemption-by-tag',
    has: { ...both, tag: lasting },
    category: 'exempt',
  },
  { userName: 'an-exemption-by-path', has: { ...both, path: '/break-glass/' }, category: 'exempt' },
];

describe.skipIf(motoMissing !== null)(
  `the rule over moto’s IAM${motoMissing === null ? '' : ` (${motoMissing})`}`,
  () => {
    let server: MotoServer | undefined;
    let moto: ReturnType<typeof connectToMoto>;
    const now = inDays(100);

    beforeAll(async () => {
      server = await startMotoServer();
      moto = connectToMoto(server.endpoint);
    }, 30_000);

    afterAll(async () => {
      if (server === undefined) return;
      moto.close();
      await server.stop();
    });

    it.each(nonCompliant)(
      'finds $userName NON_COMPLIANT: $category',
      async ({ userName, has, ...rest }) => {
        const person = await moto.makeUser(userName, has);
        const late = Object.fromEntries((rest.changed ?? []).map((what) => [what, inDays(90)]));
        const verdict = await moto.judgeAt(now, person, reportOf(person, now - 1, late));
        expect(summaryOf(verdict)).toBe(`NON_COMPLIANT ${rest.category}`);
      },
    );

    it.each(compliant)(
      'finds $userName COMPLIANT without a report: $category',
      async ({ userName, has, category }) => {
        const person = await moto.makeUser(userName, has);
        const parameters = parseRuleParameters({ exemptPathPrefixes: '/break-glass/' });
        const verdict = await moto.judgeAt(now, person, noReport, parameters);
        expect(summaryOf(verdict)).toBe(`COMPLIANT ${category}`);
      },
    );

    it('a credential is unused from the very millisecond of the threshold on', async () => {
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

    it('a deleted user is gone, even if another has the name', async () => {
      const person = await moto.makeUser('leaver');
      await moto.iam.deleteUser({ UserName: 'leaver' });
      expect(await moto.judgeAt(now, person)).toBe('gone');
      await moto.makeUser('leaver', both);
      expect(await moto.judgeAt(now, person)).toBe('gone');
    });

    it('finds a renamed user by ID, even if another has the old name', async () => {
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
