import { describe, expect, it } from 'vitest';
import { deletionNotes, waitNotes } from '../../../cli/execution/plan-notes.ts';

const lost = 'What is deleted cannot be restored.';
const wait = 'A deletion may wait up to 4 hours for a new credential report.';

describe('the notes on a plan of a document that says no consequences', () => {
  it.each([
    ['deletes', 'password (Delete): used 2026-08-13', [lost, wait]],
    ['replaces', 'password (Replace): used 2026-08-13', [lost, wait]],
    ['only deactivates', 'access key AKIA1 (Deactivate): never used', []],
  ])('say of one that %s: %s: %j', (_, text, notes) => {
    const plans = [{ consequences: [], toRevoke: [text] }];
    expect([...deletionNotes(plans), ...waitNotes(plans)]).toEqual(notes);
  });

  it('do not repeat what the consequences say', () => {
    const toRevoke = ['access key AKIA1 (Delete): never used'];
    const plans = [{ consequences: ['DeletesAccessKey'], toRevoke }];
    expect(deletionNotes(plans)).toEqual(['Deleted access keys cannot be restored.']);
    expect(waitNotes(plans)).toEqual([wait]);
  });
});
