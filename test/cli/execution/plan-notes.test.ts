import { expect, it } from 'vitest';
import { deletionNotes, mailNotes, waitNotes } from '../../../cli/execution/plan-notes.ts';

const wait = 'A deletion may wait up to 4 hours for a new credential report.';

it.each([
  ['deletes a key', ['DeletesAccessKey'], 1, ['Deleted access keys cannot be restored.', wait]],
  ['deletes nothing', [], 1, []],
  [
    ...(['does not say what it deletes', null, 1] as const),
    ['What the document deletes cannot be restored.', wait],
  ],
  ['does not say what it deletes, and revokes nothing', null, 0, []],
] as const)('the notes on a plan that %s', (_, consequences, credentials, notes) => {
  const toRevoke = Array.from({ length: credentials }, () => 'access key AKIA1');
  const plan = { consequences, toRevoke };
  expect([...deletionNotes([plan]), ...waitNotes([plan])]).toEqual(notes);
  expect(mailNotes('alice', plan)).toEqual([]);
});
