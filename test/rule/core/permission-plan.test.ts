import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  denyMark,
  denyName,
  isByName,
  listPermissions,
  namesOf,
  permissionsOf,
  planPermissions,
  withPermissions,
} from '../../../rule/core/permission-plan.ts';
import type { DamagedPart, OutstandingRecord } from '../../../rule/core/restoration-plan.ts';
import {
  type NamedPermission,
  noPermissions,
  permissionName,
} from '../../../rule/core/retired-permissions.ts';
import { ago, now } from '../../builders/account.ts';
import { applied } from '../../builders/restoration.ts';
import { names, nothingLeft, retirement, some } from '../../builders/retirement.ts';
import { executionId, otherExecutionId, recordedKey } from '../../builders/revocation.ts';

const options = {
  ...{ revocationId: null, accessKeyId: null, includeUnconfirmed: false },
  ...{ restorePassword: false, maxRecordAgeDays: 90 },
};
const plan = (records: OutstandingRecord[], current = nothingLeft, rest = {}) => {
  const planned = planPermissions(records, current, { ...options, ...rest }, now);
  const reasons = planned.notRestored.map(({ name, why }) => `${name}: ${why.kind}`);
  const denials = planned.notRestored.filter(({ isDeny }) => isDeny === true);
  expect(denials).toEqual(planned.notRestored.filter(({ name }) => name === denyName));
  return { give: planned.give.map(permissionName), liftsDeny: planned.liftsDeny, reasons };
};
const mfa = 'MFA device mfa-1: MfaDevice';

describe('a plan of permissions', () => {
  it('gives groups, attached policies and inline policies, and detaches AWSDenyAll', () => {
    expect(plan([retirement()])).toEqual({ give: names, liftsDeny: true, reasons: [mfa] });
  });

  it.each<[string, OutstandingRecord, object, string]>([
    ['of another revocation', retirement(), { revocationId: otherExecutionId }, 'OtherRevocation'],
    ['that still runs', { ...retirement(), running: true }, {}, 'Running'],
    ['that is too old', retirement(some, { recordedAt: ago(91) }), {}, 'TooOld'],
    ['that nothing confirms', { ...retirement(), applied: false }, {}, 'Unconfirmed'],
    [
      'that was restored before',
      { ...retirement(), restored: new Set([...names, denyMark]) },
      {},
      'RestoredBefore',
    ],
  ])('gives nothing of a retirement %s', (_, outstanding, rest, kind) => {
    const reasons = [...names, denyName].map((name) => `${name}: ${kind}`);
    const planned = plan([outstanding], nothingLeft, rest);
    expect(planned).toMatchObject({ give: [], liftsDeny: false });
    expect(planned.reasons.toSorted()).toEqual([...reasons, mfa].toSorted());
  });

  it('gives back what a named retirement or key includes, however old, and what a step confirms', () => {
    const old = { recordedAt: ago(91) };
    expect(plan([retirement(some, old)], nothingLeft, { revocationId: executionId }).give).toEqual(
      names,
    );
    const withKey = { ...old, credentials: [recordedKey('AKIA2'), recordedKey('AKIA1')] };
    const byKey = plan([retirement(some, withKey)], nothingLeft, { accessKeyId: 'AKIA1' });
    expect(byKey.give).toEqual(names);
    const changed = new Set(['group admins', denyMark]);
    expect(plan([{ ...retirement(), applied: false, changed }])).toMatchObject({
      ...{ give: ['group admins'], liftsDeny: true },
    });
  });

  const part = (holds: NamedPermission[] | null, more = 0): DamagedPart => {
    return { name: '/x/1', why: 'it is missing', writer: 'unknown', holds, more };
  };
  const only = { ...noPermissions, groups: [{ name: 'admins', id: null }] };

  it('of a retirement with a damaged part gives the rest, names what is lost, and leaves AWSDenyAll', () => {
    const holds = [
      { kind: 'inline policy', id: 'own' },
      { kind: 'MFA device', id: 'mfa-1' },
      { kind: 'group', id: 'readers' },
    ] as const;
    const damaged = [part([...holds], 2)];
    const current = { ...nothingLeft, groups: new Set(['readers']) };
    expect(plan([retirement(only, {}, true, damaged)], current)).toEqual({
      ...{ give: ['group admins'], liftsDeny: false },
      reasons: [
        'inline policy own: Damaged',
        mfa,
        'group readers: Present',
        '2 more permissions in /x/1: Damaged',
        `${denyName}: DenyKept`,
      ],
    });
    expect(plan([retirement(only, {}, true, [part(null)])]).reasons).toEqual([
      'permissions in /x/1: Damaged',
      `${denyName}: DenyKept`,
    ]);
  });

  it('detaches AWSDenyAll if a damaged part held nothing but MFA devices, which do not come back anyway', () => {
    expect(
      plan([retirement(only, {}, true, [part([{ kind: 'MFA device', id: 'mfa-1' }])])]),
    ).toEqual({
      ...{ give: ['group admins'], liftsDeny: true, reasons: [mfa] },
    });
  });

  it('leaves AWSDenyAll that another retirement attached while one that is restored has a damaged part', () => {
    const newer = { recordedAt: ago(1), executionId: otherExecutionId };
    const damaged = [part([{ kind: 'inline policy', id: 'own' }])];
    const both = [
      retirement(only, { recordedAt: ago(2) }),
      retirement(only, newer, false, damaged),
    ];
    expect(plan(both).liftsDeny).toBe(false);
    expect(plan(both, nothingLeft, { revocationId: executionId }).liftsDeny).toBe(true);
    expect(plan([...both.slice(0, 1), retirement(only, newer, false)]).liftsDeny).toBe(true);
  });

  it('does not give back a group or policy of the same name with another ID, but does if no ID was recorded', () => {
    const ids = new Map([
      ['group admins', 'AGPA2'],
      ['attached policy arn:1', 'ANPA2'],
    ]);
    const current = { ...nothingLeft, ids };
    expect(plan([retirement()], current)).toEqual({
      ...{ give: ['inline policy own'], liftsDeny: true },
      reasons: ['group admins: Replaced', 'attached policy arn:1: Replaced', mfa],
    });
    const held = { ...current, groups: new Set(['admins']) };
    expect(plan([retirement()], held).reasons).toContain('group admins: Replaced');
    expect(plan([retirement(only)], current).give).toEqual(['group admins']);
    const earlier = retirement(only, { recordedAt: ago(2), executionId: otherExecutionId });
    expect(plan([earlier, retirement()], current).give).toEqual(['inline policy own']);
    const [given] = listPermissions(only);
    const awsOwn = { arn: 'arn:aws:iam::aws:policy/X', id: null };
    const [policy, inline] = listPermissions({
      ...{ ...some, groups: [], attachedPolicies: [awsOwn] },
    });
    expect([given, policy, inline].map((each) => each && isByName(each))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('of two records with one inline policy gives the text that the user had last', () => {
    const text = (document: string) => ({
      ...noPermissions,
      inlinePolicies: [{ name: 'own', document }],
    });
    const newer = { recordedAt: ago(1), executionId: otherExecutionId };
    const records = [
      retirement(text('first'), { recordedAt: ago(2) }),
      retirement(text('last'), newer, false),
    ];
    for (const each of [records, records.toReversed()]) {
      const { give, liftsDeny } = planPermissions(each, nothingLeft, options, now);
      expect(give).toEqual([{ kind: 'inline policy', id: 'own', document: 'last' }]);
      expect(liftsDeny).toBe(true);
    }
  });

  const newer = { recordedAt: ago(1), executionId: otherExecutionId };
  const older = { recordedAt: ago(2) };
  const groupsOf = (...found: string[]) => ({
    ...noPermissions,
    groups: found.map((each) => ({ name: each, id: null })),
  });

  it('has nothing about a revocation that was not a retirement', () => {
    expect(plan([applied([recordedKey('AKIA1')])])).toEqual({
      ...{ give: [], liftsDeny: false, reasons: [] },
    });
    const both = plan([applied([recordedKey('AKIA1')], newer), retirement(only, older)]);
    expect(both).toMatchObject({ give: ['group admins'], liftsDeny: true });
  });

  it('gives everything that an unfinished retirement recorded with IncludeUnconfirmed', () => {
    const unfinished = { ...retirement(only), applied: false };
    expect(plan([unfinished], nothingLeft, { includeUnconfirmed: true })).toMatchObject({
      ...{ give: ['group admins'], liftsDeny: true },
    });
  });

  it('gives groups first and inline policies last, whichever record they are from', () => {
    const inline = { ...noPermissions, inlinePolicies: some.inlinePolicies };
    const policies = { ...noPermissions, attachedPolicies: some.attachedPolicies };
    const records = [
      retirement(inline, newer),
      retirement(policies, { ...older, recordedAt: ago(3) }),
      retirement(groupsOf('admins'), { ...older, recordedAt: ago(4) }),
    ];
    expect(plan(records).give).toEqual(names);
  });

  it('has the reason of the newest of several records, unless that is that another revocation was named', () => {
    const [last, first] = [retirement(only, newer), retirement(only, older)];
    const running = { ...last, running: true };
    const unfinished = { ...first, applied: false };
    expect(plan([unfinished, running]).reasons).toContain('group admins: Running');
    const named = { revocationId: executionId };
    expect(plan([last, unfinished], nothingLeft, named).reasons).toContain(
      'group admins: Unconfirmed',
    );
    expect(plan([running, first])).toMatchObject({ give: ['group admins'], reasons: [] });
  });

  it.each<[string, OutstandingRecord[], object, string]>([
    [
      'what would lift it, though a newer retirement found it attached',
      [retirement(only, newer, false), { ...retirement(only, older), applied: false }],
      ...([{}, 'Unconfirmed'] as const),
    ],
    [
      'what would lift it, though another retirement was lifted before',
      [
        { ...retirement(only, newer), running: true },
        { ...retirement(only, older), restored: new Set([denyMark]) },
      ],
      ...([{}, 'Running'] as const),
    ],
    [
      'that the named revocation did not attach it, rather than that it was lifted before',
      [
        { ...retirement(only, newer), restored: new Set([denyMark]) },
        retirement(only, older, false),
      ],
      ...([{ revocationId: executionId }, 'DenyOfOthers'] as const),
    ],
    [
      'what the named revocation lacks, rather than that another one is named',
      [retirement(only, newer), { ...retirement(only, older), applied: false }],
      ...([{ revocationId: executionId }, 'Unconfirmed'] as const),
    ],
    [
      'that another revocation attached it, rather than that the named one did not',
      [retirement(only, newer), retirement(only, older, false)],
      ...([{ revocationId: executionId }, 'OtherRevocation'] as const),
    ],
    [
      'that it was lifted before, whichever revocation is named',
      [{ ...retirement(only, newer), restored: new Set([denyMark]) }],
      ...([{ revocationId: executionId }, 'RestoredBefore'] as const),
    ],
  ])('says why AWSDenyAll stays: %s', (_, records, rest, kind) => {
    for (const each of [records, records.toReversed()]) {
      expect(plan(each, nothingLeft, rest).reasons).toContain(`${denyName}: ${kind}`);
    }
  });

  it('says that AWSDenyAll is not attached, and does not detach it', () => {
    const { liftsDeny, reasons } = plan([retirement(only)], { ...nothingLeft, deniesAll: false });
    expect([liftsDeny, reasons]).toEqual([false, [`${denyName}: DenyDetached`]]);
  });

  it('says of a damaged part that its record does not count, or that the user has the permission', () => {
    const parts = [
      part([
        { kind: 'attached policy', id: 'arn:1' },
        { kind: 'group', id: 'lost' },
      ]),
    ];
    const damaged = retirement(noPermissions, newer, true, parts);
    const current = { ...nothingLeft, policies: new Set(['arn:1']) };
    const present = 'attached policy arn:1: Present';
    expect(plan([damaged], current, { revocationId: executionId }).reasons).toEqual([
      ...[present, 'group lost: OtherRevocation', `${denyName}: OtherRevocation`],
    ]);
    const lost = retirement(noPermissions, { ...newer, recordedAt: ago(91) }, true, parts);
    expect(plan([lost], current).reasons).toEqual([
      ...[present, 'group lost: TooOld', `${denyName}: TooOld`],
    ]);
    const lifted = { ...damaged, restored: new Set([denyMark]) };
    expect(plan([lifted], current).reasons).toEqual([`${denyName}: RestoredBefore`]);
  });

  it('names everything that a record lists, what is damaged last', () => {
    const damaged = [part([{ kind: 'group', id: 'lost' }]), part(null), part([], 3)];
    expect(namesOf(retirement(some, {}, true, damaged))).toEqual([
      ...[...names, 'MFA device mfa-1', 'group lost'],
      ...['permissions in /x/1', '3 more permissions in /x/1'],
    ]);
    expect(namesOf(applied([]))).toEqual([]);
    expect(withPermissions(applied([]), undefined)).toEqual(applied([]));
  });

  const name: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c');
  const list = fc.uniqueArray(name);
  const id = fc.constantFrom('old', 'new', null);
  const groups = fc.uniqueArray(fc.record({ name, id }), { selector: (group) => group.name });
  const attachedPolicies = fc.uniqueArray(fc.record({ arn: name, id }), {
    selector: (policy) => policy.arn,
  });
  const removed = fc.record({
    ...{ groups, attachedPolicies, mfaDevices: list },
    inlinePolicies: fc.uniqueArray(fc.record({ name, document: fc.constantFrom('x', 'y') }), {
      selector: (policy) => policy.name,
    }),
  });
  const records = fc.array(
    fc.record({
      removed,
      ...{ applied: fc.boolean(), running: fc.boolean(), denyAttached: fc.boolean() },
      recordedAt: fc.integer({ min: 0, max: 100 }).map(ago),
      restored: fc.subarray(['group a', 'attached policy b', 'inline policy c', denyMark]),
    }),
    { maxLength: 4 },
  );
  const current = removed.chain((has) =>
    fc.record({
      groups: fc.constant(new Set(has.groups.map((group) => group.name))),
      policies: fc.constant(new Set(has.attachedPolicies.map(({ arn }) => arn))),
      ids: fc.constant(new Map(Object.entries({ 'group a': 'new', 'attached policy b': 'new' }))),
      inlinePolicies: fc.constant(new Map(has.inlinePolicies.map((p) => [p.name, p.document]))),
      gone: fc.subarray(['group a', 'attached policy b']).map((all) => new Set(all)),
      deniesAll: fc.boolean(),
    }),
  );

  it('gives back only what a confirmed, finished record lists, the user lacks and still exists, and never detaches AWSDenyAll of others', () => {
    fc.assert(
      fc.property(records, current, (made, has) => {
        const all = made.map(({ removed: taken, recordedAt, denyAttached, ...rest }) => ({
          ...retirement(taken, { recordedAt }, denyAttached),
          ...{ ...rest, restored: new Set(rest.restored) },
        }));
        const { give, liftsDeny, notRestored } = planPermissions(all, has, options, now);
        const counting = all.filter(
          (each) => each.applied && !each.running && now - each.record.recordedAt <= now - ago(90),
        );
        for (const permission of give) {
          const called = permissionName(permission);
          const from = counting.filter((each) => !each.restored.has(called));
          expect(from.flatMap(permissionsOf)).toContainEqual(permission);
          expect(has.gone.has(called)).toBe(false);
          if (permission.kind !== 'inline policy') {
            expect([null, has.ids.get(called) ?? permission.uniqueId]).toContain(
              permission.uniqueId,
            );
          }
          const held = { group: has.groups, 'attached policy': has.policies };
          if (permission.kind === 'inline policy') {
            expect(has.inlinePolicies.has(permission.id)).toBe(false);
          } else expect(held[permission.kind].has(permission.id)).toBe(false);
        }
        const ours = counting.some(({ record }) => record.retirement?.denyAttached);
        if (liftsDeny) expect([has.deniesAll, ours]).toEqual([true, true]);
        // Everything recorded is either given or has a reason, once.
        const told = [...give.map(permissionName), ...notRestored.map((each) => each.name)];
        expect(new Set(told).size).toBe(told.length);
        for (const each of all.flatMap(permissionsOf)) expect(told).toContain(permissionName(each));
      }),
    );
  });
});
