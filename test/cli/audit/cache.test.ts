import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CacheKey, createCache } from '../../../cli/audit/cache.ts';
import { type Gathered, toAuditedUser } from '../../../cli/audit/result.ts';
import type { PrivateFolder } from '../../../cli/private-folder.ts';
import { addUser, createAccount, type LocalAccount } from '../../../local-aws/account.ts';
import { deny } from '../../../local-aws/faults.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/server.ts';
import { judge } from '../../../rule/core/annotation.ts';
import { ExpectedError } from '../../../rule/core/errors.ts';
import { formatInstant } from '../../../rule/core/instant.ts';
import { parseRuleParameters } from '../../../rule/core/rule-parameters.ts';
import { unjudgedOf } from '../../../rule/core/unjudged.ts';
import { day, now } from '../../builders/account.ts';
import { arbitraryText, arbitraryUser } from '../../builders/arbitrary-user.ts';
import { delegatedAdministrator, evaluated } from '../../builders/organization.ts';
import { ago, keys, password, storeReport } from '../live-account.ts';
import { expectRefusal } from '../refusal.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';
import { auditResult } from './result-of.ts';

const folder = useTemporaryFolder();
const ids = ['111111111111', '222222222222', '333333333333'] as const;

let aws: LocalAws;
let members: LocalAccount[];
let cache: string;
let serial = 0;
beforeEach(async () => {
  members = ids.map((accountId) => {
    const account = createAccount({ accountId, roles: undefined });
    addUser(account, { userName: 'idle', createDate: ago(900), ...password(112) });
    storeReport(account, 5);
    return account;
  });
  aws = await startLocalAws(delegatedAdministrator(members));
  serial += 1;
  cache = join(folder.path, `cache-${serial}`);
});
afterEach(() => aws.close());

/** Runs an audit with the cache, and counts its requests. */
async function run(...args: readonly string[]) {
  aws.requests.reset();
  const env = { ...keys, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: aws.endpoint };
  const result = await auditResult([...args, '--cache', cache], { env });
  return { ...result, requests: aws.requests.counts };
}

const role = ['--role', 'Audit'];
const auditAccounts = (...args: readonly string[]) =>
  run('--accounts', ids.join(','), ...role, ...args);
const fileOf = (accountId: string) => join(cache, `${accountId}.json`);

describe('audit --accounts --cache', () => {
  it('shows a stored result without a request, and says how old it is', async () => {
    const first = await auditAccounts();
    const second = await auditAccounts();
    expect(second.requests).toEqual({});
    expect(second.code).toBe(1);
    expect({ ...second.read(), summary: null }).toEqual({ ...first.read(), summary: null });
    expect(second.read().summary.notes.at(-1)).toMatch(
      /^3 results from .*cache-\d+, read since 20/u,
    );
  });

  it('continues after an interruption, because each account is stored as soon as it was read', async () => {
    const stored: string[][] = [];
    const before = () => void stored.push(readdirSync(cache));
    // The fifth account begins only when one of the first four is done.
    const more = ['444444444444', '555555555555'].map((accountId) => createAccount({ accountId }));
    aws.account.members = [...members, ...more];
    aws.faults.push({ when: ({ RoleArn }) => String(RoleArn).includes(':555555555555:'), before });
    await run('--accounts', [...ids, ...more.map(({ accountId }) => accountId)].join(','), ...role);
    // Others may be just being written.
    const whole = stored[0]?.filter((name) => /^\d{12}\.json$/u.test(name));
    expect(whole?.length).toBeGreaterThan(0);
  });

  it('reads again only what could not be read', async () => {
    const isSecond = {
      when: ({ RoleArn }: Record<string, unknown>) => String(RoleArn).includes(ids[1]),
    };
    aws.faults.push({ ...deny('AssumeRole'), ...isSecond });
    expect((await auditAccounts()).code).toBe(2);
    aws.faults.splice(0);
    const { code, requests, read } = await auditAccounts();
    expect({ code, users: read().users.length }).toEqual({ code: 1, users: 3 });
    expect(requests).toMatchObject({ AssumeRole: 1, GetCredentialReport: 1 });
  });

  it('stores no account with a user who could not be evaluated', async () => {
    const [first] = members;
    if (first === undefined) throw new Error('no account');
    const used = { date: ago(300), region: 'us-east-1', serviceName: 's3' };
    const key = {
      accessKeyId: 'AKIAX',
      createDate: ago(800),
      lastRotated: ago(800),
      lastUsed: used,
    };
    addUser(first, {
      userName: 'key',
      createDate: ago(900),
      accessKeys: [{ ...key, status: 'Active' }],
    });
    storeReport(first, 5);
    aws.faults.push(deny('ListAccessKeys'));
    expect((await auditAccounts()).code).toBe(2);
    expect(readdirSync(cache)).toEqual([`${ids[1]}.json`, `${ids[2]}.json`]);
  });

  it('writes files that only their owner can read, without credentials of a session', async () => {
    await auditAccounts();
    expect(statSync(cache).mode & 0o777).toBe(0o700);
    for (const id of ids) {
      expect(statSync(fileOf(id)).mode & 0o777).toBe(0o600);
      expect(readFileSync(fileOf(id), 'utf8')).not.toMatch(/ASIA|token|SecretAccessKey/u);
    }
    expect(readdirSync(cache)).toHaveLength(3);
  });

  it('replaces a file that others can read with one that only the owner can read', async () => {
    await auditAccounts();
    writeFileSync(fileOf(ids[0]), '{}', { mode: 0o644 });
    await auditAccounts();
    expect(statSync(fileOf(ids[0])).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['a parameter', ['--max-credential-usage-age', '90']],
    ['a preset', ['--preset', 'conformity']],
    ['an instant', ['--as-of', '2030-01-01T00:00:00Z']],
    ['SSH keys', ['--ssh-keys']],
    ['another role', ['--role', 'Other']],
  ])('is not used for other options: %s', async (_, args) => {
    await auditAccounts();
    const { requests, read } = await auditAccounts(...args);
    expect(requests['AssumeRole']).toBe(3);
    expect(read().summary.notes.at(-1)).toMatch(
      /^3 results in .* are of another version or other options, and were read again$/u,
    );
  });

  /** Changes a stored file. */
  const change = (id: string, edit: (text: string) => string) =>
    writeFileSync(fileOf(id), edit(readFileSync(fileOf(id), 'utf8')));

  it.each<[string, (text: string) => string, RegExp]>([
    [
      'more than 24 hours old',
      (text) =>
        text.replace(
          /"readAt":"[^"]+"/u,
          `"readAt":"${new Date(Date.now() - day - 1000).toISOString()}"`,
        ),
      /1 result in .* is more than 24 hours old, and was read again/u,
    ],
    [
      'from the future',
      (text) => text.replace(/"readAt":"20/u, '"readAt":"21'),
      /is more than 24 hours old/u,
    ],
    [
      'of another version',
      (text) => text.replace(/"version":"[^"]+"/u, '"version":"0.0.1"'),
      /is of another version/u,
    ],
    ['empty', () => '', /is damaged, and was read again/u],
    ['cut short', (text) => text.slice(0, -20), /is damaged/u],
    [
      'of another shape',
      (text) => text.replace('"compliance":"NON_COMPLIANT"', '"compliance":"FINE"'),
      /is damaged/u,
    ],
    [
      'with more than it should have',
      (text) => text.replace('"compliance"', '"admin":true,"compliance"'),
      /is damaged/u,
    ],
    [
      'with a date that is none',
      (text) => text.replace(/"lastActivity":"[^"]+"/u, '"lastActivity":"soon"'),
      /is damaged/u,
    ],
    ['of another account', (text) => text.replaceAll(ids[0], ids[1]), /is damaged/u],
  ])('is not used if its file is %s', async (_, edit, note) => {
    await auditAccounts();
    change(ids[0], edit);
    const { code, requests, read } = await auditAccounts();
    expect(code).toBe(1);
    expect(requests['AssumeRole']).toBe(1);
    expect(read().summary.notes.at(-1)).toMatch(note);
    expect((await auditAccounts()).requests).toEqual({});
  });

  it('shows a note and reads the account if a file cannot be read or written', async () => {
    await auditAccounts();
    rmSync(fileOf(ids[0]));
    mkdirSync(fileOf(ids[0]));
    const { code, requests, read } = await auditAccounts();
    expect({ code, users: read().users.length }).toEqual({ code: 1, users: 3 });
    expect(requests['AssumeRole']).toBe(1);
    expect(read().summary.notes.slice(-2)).toEqual([
      expect.stringMatching(/^1 result in .* is not readable, and was read again$/u),
      expect.stringMatching(/^results not stored: cannot write .*111111111111\.json: /u),
    ]);
  });

  it('is refused if the folder is a file', async () => {
    writeFileSync(cache, '');
    expectRefusal(await auditAccounts(), /cannot write .*cache-\d+: it is a file, not a folder/u);
  });

  it('is refused for one account and for reports', async () => {
    expectRefusal(await run('--live'), /--cache needs --organization or --accounts/u);
  });
});

describe('audit --organization --cache', () => {
  it('stores the whole result, and asks only for the aggregator', async () => {
    await Promise.all(members.map((member) => evaluated(member)));
    const first = await run('--organization');
    const second = await run('--organization');
    expect(second.requests).toEqual({ DescribeConfigurationAggregators: 1 });
    expect(second.read().users).toEqual(first.read().users);
    const named = await run('--organization', '--aggregator', 'all');
    expect(named.requests).toEqual({ DescribeConfigurationAggregators: 1 });
    expect(named.read().users).toEqual(first.read().users);
    expect((await run('--organization', '--rule', 'x')).code).toBe(2);
  });

  it('does not use a result for an aggregator of the same name in another organization', async () => {
    const [first, second] = await Promise.all(members.map((member) => evaluated(member)));
    await run('--organization');
    await aws.close();
    const other = createAccount({ accountId: '888888888888' });
    other.config.aggregators = new Map([
      ['all', [first, second].filter((each) => each !== undefined)],
    ]);
    aws = await startLocalAws(other);
    const { requests, read } = await run('--organization');
    expect(read().accounts.map(({ accountId }) => accountId)).toEqual([ids[0], ids[1]]);
    expect(requests['GetAggregateComplianceDetailsByConfigRule']).toBe(2);
  });

  it('stores nothing if the names could not be read', async () => {
    await Promise.all(members.map((member) => evaluated(member)));
    aws.faults.push(deny('SelectAggregateResourceConfig'));
    expect((await run('--organization')).code).toBe(1);
    expect(readdirSync(cache)).toEqual([]);
    aws.faults.splice(0);
    expect((await run('--organization')).read().users[0]?.userName).toBe('idle');
  });

  it('stores nothing if an account could not be read', async () => {
    await Promise.all(members.map((member) => evaluated(member)));
    aws.faults.push({
      ...deny('GetAggregateComplianceDetailsByConfigRule'),
      when: ({ AccountId }) => AccountId === ids[1],
    });
    expect((await run('--organization')).code).toBe(2);
    expect(readdirSync(cache)).toEqual([]);
  });
});

describe('a stored result', () => {
  const parameters = parseRuleParameters({});
  const key: CacheKey = {
    ...{ kind: 'account', version: '1.0.0', role: 'Audit', parameters },
    ...{ sshKeys: false, asOf: null },
  };
  const clock = { now: () => now, sleep: async () => undefined };

  /** A folder in memory. */
  function createFolder(write?: PrivateFolder['write']): PrivateFolder {
    const files = new Map<string, string>();
    return {
      path: 'folder',
      read: async (name) => files.get(name) ?? null,
      write: write ?? (async (name, text) => void files.set(name, text)),
    };
  }

  const gatheredOf = (users: Gathered['users']): Gathered => ({
    accounts: [{ accountId: '123456789012', asOf: now }],
    ...{ users, errors: [], asOf: now, unjudged: null, notes: [] },
  });

  it('is read back as it was, for any users with any names', async () => {
    const named = fc
      .tuple(arbitraryUser, arbitraryText)
      .map(([user, userName]) =>
        toAuditedUser(
          judge({ ...user, userName }, { parameters, now }),
          unjudgedOf(user),
          formatInstant,
        ),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(named, { maxLength: 5 }), async (users) => {
        const store = createCache(createFolder(), clock);
        const gathered = gatheredOf(users);
        const through = (read: () => Promise<Gathered>) => store.through('123456789012', key, read);
        await through(async () => gathered);
        const again = await through(() => Promise.reject(new Error('read twice')));
        expect(again).toEqual(gathered);
      }),
    );
  });

  it('that cannot be written is a note, and the audit goes on', async () => {
    const full = new ExpectedError('FileError', 'cannot write folder/1.json: no space is left');
    const store = createCache(
      createFolder(() => Promise.reject(full)),
      clock,
    );
    const gathered = gatheredOf([]);
    expect(await store.through('123456789012', key, async () => gathered)).toBe(gathered);
    expect(store.notes()).toEqual([
      'results not stored: cannot write folder/1.json: no space is left',
    ]);
  });
});
