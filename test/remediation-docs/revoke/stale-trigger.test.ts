import { expect, it } from 'vitest';
import {
  changes,
  ending,
  nextReport,
  onWait,
  type RevocationCase,
  startCase,
  storeReport,
  usable,
} from '../revocation-case.ts';

const hour = 3_600_000;
const tag = (Key: string, Value: string) => [{ Key, Value }];
const where = { region: 'us-east-1', serviceName: 's3' };

function signIn({ frank, local }: RevocationCase) {
  frank.passwordLastUsed = local.now;
}
function useKey({ key, local }: RevocationCase) {
  key.lastUsed = { date: local.now, ...where };
}
function changePassword({ frank: { loginProfile }, local }: RevocationCase) {
  if (loginProfile) loginProfile.lastChanged = local.now;
}
function remove({ account, frank }: RevocationCase) {
  account.users = account.users.filter((other) => other !== frank);
}

/** The user's action after the trigger, the outcome, and what they can still use. */
const meanwhile: [string, (of: RevocationCase) => void, string, ('key' | 'password')[]][] = [
  ['signs in', signIn, 'Revoke', ['password']],
  ['uses the key', useKey, 'Revoke', ['key']],
  [
    'uses both',
    (of) => {
      signIn(of);
      useKey(of);
    },
    'NothingDue',
    ['key', 'password'],
  ],
  ['gets another password from an administrator', changePassword, 'Revoke', ['password']],
  [
    'is exempted',
    ({ frank }) => {
      frank.tags = tag('unused-iam-credentials:exempt-until', '2026-12-24');
    },
    'Exempt',
    ['key', 'password'],
  ],
  [
    'is protected',
    ({ frank }) => {
      frank.tags = tag('unused-iam-credentials:protected', 'true');
    },
    'Protected',
    ['key', 'password'],
  ],
  [
    'is renamed',
    ({ frank }) => {
      frank.userName = 'francis';
    },
    'Revoke',
    [],
  ],
  ['is deleted', remove, 'Gone', ['key', 'password']],
];

it.each(meanwhile)('a user who %s before the run keeps what is no longer due', async (...row) => {
  const [, change, outcome, kept] = row;
  const started = await startCase();
  change(started);
  await expectEnd(started, outcome, kept);
});

it.each(meanwhile)(
  'a user who %s while the run waits for a report keeps what is no longer due',
  async (...row) => {
    const [, change, outcome, kept] = row;
    const started = await startCase();
    storeReport(started.local, hour);
    const waits = onWait(started.local, () => change(started));
    await expectEnd(started, outcome, kept);
    expect(waits).toEqual([nextReport - hour]);
  },
);

async function expectEnd(
  { local, frank, key }: RevocationCase,
  outcome: string,
  kept: ('key' | 'password')[],
) {
  const done = await local.revoke(frank.userId);
  expect(ending(done)).toBe(`Success ${outcome}`);
  const names = { key: key.accessKeyId, password: 'password' };
  expect(usable(frank)).toEqual(kept.map((name) => names[name]));
  if (outcome === 'Revoke') expect(done.outputs['Decision.UserName']).toEqual([frank.userName]);
  else expect(changes(local)).toEqual([]);
}
