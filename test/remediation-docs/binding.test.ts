import { describe, expect, it } from 'vitest';
import type { LocalAccount, LocalExecution, LocalUser } from '../../local-aws/account.ts';
import { deny, type Fault } from '../../local-aws/faults.ts';
import { restoringTag, revokingTag } from '../../rule/core/names.ts';
import { encodeRecord } from '../../rule/formats/record-codec.ts';
import { accessKey, ago, password, user } from '../builders/account.ts';
import type { LocalRemediation } from '../builders/remediation.ts';
import { resources } from '../infra/resolved.ts';
import { rolesOf } from '../infra/roles.ts';
import { mallory, recordOf, revoked, revokeSession } from './restoration-case.ts';
import { before, failures, recorded, recordsIn, startCase, usable } from './revocation-case.ts';

/** The roles of the deployed stack, so that the documents have no more than its permissions. */
const roles = new Map(rolesOf(resources).map(({ roleName, policies }) => [roleName, policies]));

interface BindingCase {
  readonly account: LocalAccount;
  readonly local: LocalRemediation;
  readonly frank: LocalUser;
  readonly run: () => Promise<LocalExecution>;
  readonly tag: string;
}

async function startRevocation(): Promise<BindingCase> {
  const { account, local, frank } = await startCase();
  account.roles = roles;
  local.limits = { ...local.limits, NotificationTopicArn: 'none' };
  const run = () => local.revoke(frank.userId);
  return { account, local, frank, run, tag: revokingTag };
}

async function startRestoration(): Promise<BindingCase> {
  const { account, local, frank } = await revoked();
  account.roles = roles;
  local.aws.requests.reset();
  const parameters = { NotificationTopicArn: 'none', RestorePassword: 'true' };
  const run = () => local.restore(frank.userId, parameters);
  return { account, local, frank, run, tag: restoringTag };
}

const documents = [
  ['revocation', startRevocation],
  ['restoration', startRestoration],
] as const;

/** Another user who now has the name of frank, with credentials that both documents could change. */
function addOther(account: LocalAccount): LocalUser {
  const keys = [accessKey(300, 90), accessKey(200, 80, { status: 'Inactive' })];
  return user(account, 'frank', { createDate: ago(1), ...password(400, 100), accessKeys: keys });
}

const passings = {
  rename: ({ account, frank }: BindingCase) => {
    frank.userName = 'francis';
    return addOther(account);
  },
  "a new user of the deleted one's name": ({ account, frank }: BindingCase) => {
    account.users = account.users.filter((each) => each !== frank);
    return addOther(account);
  },
};

/** Calls back once, before the request of that index. */
function beforeRequest(index: number, act: () => void): Fault {
  let requests = 0;
  const when = () => {
    requests += 1;
    return requests === index + 1;
  };
  return { when, before: act };
}

describe.each(documents)('a %s', (_, start) => {
  it('removes its own tag at the end', async () => {
    const { frank, run, tag } = await start();
    expect(await run()).toMatchObject({ status: 'Success' });
    expect(frank.tags.map(({ Key }) => Key)).not.toContain(tag);
  });

  it.each(Object.entries(passings))(
    'never changes a user who gets the name by %s, before whichever request that happens',
    async (_kind, pass) => {
      const whole = await start();
      await whole.run();
      const { length } = whole.local.aws.requests.entries;
      expect(length).toBeGreaterThan(20);
      for (let index = 0; index < length; index += 1) {
        const it = await start();
        const others: LocalUser[] = [];
        let original: LocalUser | undefined;
        it.local.aws.faults.push(
          beforeRequest(index, () => {
            others.push(pass(it));
            original = structuredClone(others[0]);
          }),
        );
        await it.run();
        expect(others, `request ${index}`).toEqual([original]);
      }
    },
  );

  it('tags a user who got the name before it started, changes none of their credentials, and removes the tag', async () => {
    const it = await start();
    const others: LocalUser[] = [];
    const tagging = { ...before('TagUser', () => void others.push(passings.rename(it))) };
    it.local.aws.faults.push(tagging);
    const done = await it.run();
    expect(done.status).toBe('Failed');
    expect(done.failureMessage).toContain(
      `The user name now belongs to another user, ${others[0]?.userId}`,
    );
    expect(others[0]?.tags).toEqual([]);
    const operations = it.local.aws.requests.entries.map(({ operation }) => operation);
    expect(operations.filter((each) => /^(Tag|Untag)User$/u.test(each))).toEqual([
      'TagUser',
      'UntagUser',
    ]);
  });

  it('fails for a user with 50 tags, names the limit and changes nothing', async () => {
    const { frank, run } = await start();
    while (frank.tags.length < 50) frank.tags.push({ Key: `own-${frank.tags.length}`, Value: 'x' });
    const state = structuredClone(frank);
    const done = await run();
    expect([done.status, frank]).toEqual(['Failed', state]);
    expect(done.failureMessage).toMatch(
      /^Step (?:PreviewPlan failed: .*has 50 tags|BindUser failed: .*LimitExceeded.*limited to 50)/u,
    );
  });

  it('succeeds although reads and permissions see the tag only after some seconds', async () => {
    const { account, run } = await start();
    account.tagLagMs = { reads: 5_000, authorization: 14_000 };
    const done = await run();
    expect([done.status, failures(done)]).toEqual(['Success', {}]);
  });

  it('changes no credential and fails while reads do not show the tag', async () => {
    const { account, frank, run, tag } = await start();
    account.tagLagMs = { reads: 60_000, authorization: 0 };
    const before = usable(frank);
    const done = await run();
    expect([done.status, usable(frank)]).toEqual(['Failed', before]);
    expect(done.failureMessage).toMatch(
      new RegExp(`(does not have the tag ${tag}|Output Tags is not of type MapList)`, 'u'),
    );
  });

  it('is denied every change, and fails, while permissions do not see the tag; the next one succeeds', async () => {
    const { account, local, frank, run } = await start();
    account.tagLagMs = { reads: 0, authorization: 600_000 };
    const before = usable(frank);
    const done = await run();
    expect([done.status, usable(frank)]).toEqual(['Failed', before]);
    expect(Object.values(failures(done)).join()).toContain('AccessDenied');
    account.tagLagMs = undefined;
    frank.authorizationTags = undefined;
    local.now += 600_000;
    expect((await run()).status).toBe('Success');
  });

  it('succeeds together with another one for the same user, whichever removes the tag first', async () => {
    const { account, frank, run, tag } = await start();
    // A restoration would wait for another one; see two-at-once.test.ts.
    account.automation.listLagMs = 600_000;
    const ends = await Promise.all([run(), run()]);
    expect(ends.map(({ status, failureMessage }) => [status, failureMessage])).toEqual([
      ['Success', undefined],
      ['Success', undefined],
    ]);
    expect(frank.tags.map(({ Key }) => Key)).not.toContain(tag);
  });

  it('changes nothing of a user whom a modified function names', async () => {
    const { account, frank, run } = await start();
    const other = user(account, 'other', {
      ...password(400, 100),
      accessKeys: [accessKey(300, 90)],
    });
    const states = structuredClone([frank, other]);
    const { invoke } = account.automation;
    account.roles = undefined;
    account.automation.invoke = async (name, payload) => {
      const answer = await invoke(name, payload);
      if (typeof answer !== 'object' || !name.includes('plan')) return answer;
      return { ...answer, UserName: 'other' };
    };
    const done = await run();
    expect([done.status, frank, other]).toEqual(['Failed', ...states]);
    expect(done.failureMessage).toContain('The user name now belongs to another user');
  });

  it('removes its tag after a step that fails', async () => {
    const { local, frank, run, tag } = await start();
    local.aws.faults.push(deny('UpdateAccessKey'));
    expect((await run()).status).toBe('Failed');
    expect(frank.tags.map(({ Key }) => Key)).not.toContain(tag);
  });
});

it('a revocation whose changes are denied succeeds if another one has made them and removed the tag', async () => {
  const { local, frank, run } = await startRevocation();
  const finish = () => {
    for (const key of frank.accessKeys) key.status = 'Inactive';
    Object.assign(frank, { loginProfile: undefined, tags: [] });
  };
  local.aws.faults.push(before('UpdateAccessKey', finish));
  const done = await run();
  expect([done.status, done.outputs['Result.Outcome']]).toEqual(['Success', ['Verified']]);
  expect(failures(done)['DeactivateFirstAccessKey']).toContain('AccessDenied');
});

it('a restoration that may not exempt the user succeeds if another one has restored everything and removed the tag', async () => {
  const { local, frank, run } = await startRestoration();
  const finish = () => {
    for (const key of frank.accessKeys) key.status = 'Active';
    const dates = { createDate: local.now, lastChanged: local.now };
    frank.loginProfile = { ...dates, passwordResetRequired: true };
    frank.tags = [];
  };
  local.aws.faults.push(before('UntagUser', finish));
  const done = await run();
  expect([done.status, done.outputs['Result.Outcome']]).toEqual(['Success', ['Restored']]);
  expect(failures(done)['ExemptUser']).toContain('AccessDenied');
});

it('known limit: a user who gets the name, and has the tag of their own revocation, loses the password', async () => {
  const it = await startRevocation();
  const others: LocalUser[] = [];
  const pass = () => {
    const other = passings.rename(it);
    other.tags.push({ Key: revokingTag, Value: 'their own execution' });
    others.push(other);
  };
  it.local.aws.faults.push(before('DeleteLoginProfile', pass));
  expect((await it.run()).status).toBe('Failed');
  expect(others[0]?.loginProfile).toBeUndefined();
});

it('a password that someone replaces after the plan is not deleted: the revocation fails and names it, the next one keeps it', async () => {
  const { local, frank, run } = await startRevocation();
  const [key] = usable(frank);
  local.aws.faults.push(
    before('TagUser', () => {
      const dates = { createDate: local.now, lastChanged: local.now };
      frank.loginProfile = { ...dates, passwordResetRequired: true };
    }),
  );
  const done = await run();
  expect([done.status, usable(frank), frank.tags]).toEqual(['Failed', [key, 'password'], []]);
  expect(done.failureMessage).toContain(
    `Changed by someone since the plan for user frank (${frank.userId}): password. `,
  );
  expect([(await run()).status, usable(frank)]).toEqual(['Success', ['password']]);
});

it('a key that someone deactivates after the plan is not deleted: the revocation fails and names it', async () => {
  const { local, frank, key } = await startCase();
  local.aws.faults.push(
    before('TagUser', () => {
      key.status = 'Inactive';
    }),
  );
  const done = await local.revoke(frank.userId, { AccessKeyAction: 'Delete' });
  expect([done.status, frank.accessKeys, frank.tags]).toEqual(['Failed', [key], []]);
  expect(done.failureMessage).toContain(`): access key ${key.accessKeyId}. `);
  expect(usable(frank)).toEqual(['password']);
});

it.each(['deleted', 'expired'])(
  'a key that is %s after the plan fails the restoration, which names it and changes nothing; the next one restores the rest',
  async (how) => {
    const { local, frank, run } = await startRestoration();
    const [first, second] = frank.accessKeys;
    const lose = () => {
      if (how === 'deleted') frank.accessKeys = frank.accessKeys.slice(1);
      else Object.assign(first ?? {}, { status: 'Expired' });
    };
    local.aws.faults.push(before('TagUser', lose));
    const tags = structuredClone(frank.tags);
    const done = await run();
    expect([done.status, usable(frank), frank.tags]).toEqual(['Failed', [], tags]);
    expect(done.failureMessage).toContain(
      `Deleted or expired since the plan for user frank (${frank.userId}): access key ${first?.accessKeyId}. `,
    );
    expect((await run()).status).toBe('Success');
    expect(usable(frank)).toEqual([second?.accessKeyId, 'password']);
  },
);

it('a restoration succeeds if someone makes its changes after the plan', async () => {
  const { local, frank, run } = await startRestoration();
  const act = () => {
    for (const key of frank.accessKeys) key.status = 'Active';
    frank.loginProfile = password(0).loginProfile;
  };
  local.aws.faults.push(before('TagUser', act));
  expect((await run()).status).toBe('Success');
  const keys = frank.accessKeys.map((key) => key.accessKeyId);
  expect(usable(frank)).toEqual([...keys, 'password']);
});

const offByOthers = {
  'a key': ({ frank }: BindingCase) => {
    for (const key of frank.accessKeys) key.status = 'Inactive';
    return `access key ${frank.accessKeys[0]?.accessKeyId}`;
  },
  'a password': ({ frank }: BindingCase) => {
    frank.loginProfile = undefined;
    return 'password';
  },
};

it.each(Object.entries(offByOthers))(
  '%s that an administrator revokes after the plan stays revoked: the revocation fails and names it, and no restoration gives it back',
  async (_, revoke) => {
    const it = await startRevocation();
    const { account, local, frank, run } = it;
    const off: string[] = [];
    local.aws.faults.push(before('TagUser', () => void off.push(revoke(it))));
    const done = await run();
    const left = usable(frank);
    expect([done.status, left.length, frank.tags]).toEqual(['Failed', 1, []]);
    expect(done.failureMessage).toContain(
      `Changed by someone since the plan for user frank (${frank.userId}): ${off.join()}. `,
    );
    local.now += 3_600_000;
    expect((await run()).status).toBe('Success');
    expect(recorded(account).map((names) => names.length)).toEqual([2, 1]);
    local.now += 3_600_000;
    await local.restore(frank.userId, {
      ...{ NotificationTopicArn: 'none', RestorePassword: 'true' },
    });
    expect(usable(frank)).toEqual(left);
  },
);

it.each([
  ['did', 'Success', {}, revokeSession],
  ['did an hour before', 'Failed', { recordedAt: -3_600_000 }, revokeSession],
  ['of which somebody else wrote the record did', 'Failed', {}, mallory],
] as const)(
  'a revocation after whose plan another one that %s what it would do ends as %s',
  async (_, status, { recordedAt = 0 }: { recordedAt?: number }, caller) => {
    const { account, local, frank, run } = await startRevocation();
    const act = () => {
      for (const key of frank.accessKeys) key.status = 'Inactive';
      frank.loginProfile = undefined;
      const [own] = recordsIn(account);
      if (own === undefined) throw new Error('There is no record');
      const executionId = '99999999-2222-4333-8444-555555555555';
      const name = recordOf(frank, executionId);
      const other = { ...own.record, executionId, name };
      const Value = encodeRecord({ ...other, recordedAt: other.recordedAt + recordedAt });
      const input = { Name: name, Value, Type: 'String' };
      account.roles = undefined;
      local.aws.perform({ service: 'ssm', operation: 'PutParameter', input, caller });
      account.roles = roles;
    };
    local.aws.faults.push(before('TagUser', act));
    expect((await run()).status).toBe(status);
  },
);

it('a user whom AWS quarantines after the plan gets nothing back: the restoration fails, and an alert names the policy', async () => {
  const { local, frank, run } = await startRestoration();
  const quarantine = () => {
    frank.attachedPolicies = ['AWSCompromisedKeyQuarantineV3'];
  };
  local.aws.faults.push(before('TagUser', quarantine));
  const tags = structuredClone(frank.tags);
  const done = await run();
  expect([done.status, usable(frank), frank.tags]).toEqual(['Failed', [], tags]);
  const reason = 'policy AWSCompromisedKeyQuarantineV3 quarantines the user';
  expect(done.failureMessage).toContain(reason);
  const alerts = local.log.filter(({ alert }) => alert === true);
  const alert = {
    userId: frank.userId,
    executionId: done.id,
    reason: expect.stringContaining(reason),
  };
  expect(alerts[0]).toMatchObject(alert);
});

it.each([
  ['a revocation', 'Success', startRevocation, undefined],
  ['a restoration', 'Failed', startRestoration, 'was deleted meanwhile'],
] as const)(
  '%s of a user who is deleted right before the first change ends as %s',
  async (_, status, start, said) => {
    const { account, local, run } = await start();
    const remove = () => void account.users.splice(0);
    const removeOnRead = () => void local.aws.faults.push(before('ListAccessKeys', remove));
    local.aws.faults.push(before('TagUser', removeOnRead));
    const done = await run();
    expect(done.status).toBe(status);
    if (said !== undefined) expect(done.failureMessage).toContain(said);
  },
);
