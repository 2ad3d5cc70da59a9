import { expect, it } from 'vitest';
import { deny, type Fault } from '../../local-aws/faults.ts';
import { problemsOfEvent } from '../infra/event-schemas.ts';
import { forget, revoked } from './restoration-case.ts';
import { output, statusesOf } from './restoration-views.ts';
import { ending, startCase, usable } from './revocation-case.ts';

const lost = { message: 'events not put', level: 'error', alert: true };

it.each<[string, Fault]>([
  ['is denied', deny('PutEvents')],
  ['answers nothing that says what became of the event', { operation: 'PutEvents', ignored: true }],
])('an event that %s stops neither a revocation nor its message', async (_, fault) => {
  const { account, local, frank } = await startCase();
  local.aws.faults.push(fault);
  expect(ending(await local.revoke(frank.userId))).toBe('Success Revoke');
  expect(usable(frank)).toEqual([]);
  expect(account.published).toHaveLength(1);
  expect(account.events).toEqual([]);
  const [id] = [...account.automation.executions.keys()];
  expect(local.log).toContainEqual(
    expect.objectContaining({ ...lost, ids: [`credentials-revoked/${id}`] }),
  );
});

it('a revocation and its restoration put one event each, about the same user and owner', async () => {
  const owner = 'a"b\u2028{{ c }}';
  const found = await revoked({ user: { tags: [{ Key: 'OWNER', Value: owner }] } });
  const { account, local, frank, revocation } = found;
  forget(local);
  const restoration = await local.restore(frank.userId, { RestorePassword: 'true' });
  expect(statusesOf(frank)).not.toContain('Inactive');
  const [event, ...more] = account.events;
  expect(more).toEqual([]);
  expect(problemsOfEvent({ ...event })).toEqual([]);
  expect(event).toMatchObject({
    'detail-type': 'Credentials Restored',
    resources: ['arn:aws:iam::123456789012:user/frank'],
    detail: {
      ...{ id: `credentials-restored/${restoration.id}`, owner: 'a b c', complete: true },
      exemptUntil: output(restoration, 'Decision.ExemptUntil'),
    },
  });
  expect(account.published.map(({ attributes }) => attributes['owner'])).toEqual(['a b c']);
  expect(JSON.stringify(account.events)).not.toContain(revocation.id);
});

it('a restoration that gives nothing back puts no event', async () => {
  const { account, local, frank } = await revoked();
  local.aws.faults.push(deny('UpdateAccessKey'));
  expect((await local.restore(frank.userId)).status).toBe('Failed');
  expect(account.events.filter((each) => each['detail-type'] === 'Credentials Restored')).toEqual(
    [],
  );
});
