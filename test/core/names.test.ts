import { expect, it } from 'vitest';
import { restoreDocument, revokeDocument } from '../../remediation-docs/documents.ts';
import { marks, restoredPrefix, revokedTag } from '../../rule/core/names.ts';

it('the marks and tags that the documents set are those that the functions look for', () => {
  const restore = restoreDocument.load();
  expect(restore).toContain(`- Key: ${marks.restored}\n`);
  expect(restore).toContain(`- Key: ${restoredPrefix}password\n`);
  expect(restore).toContain(`- Key: '${restoredPrefix}{{ Decision.FirstAccessKeyId }}'\n`);
  expect(restore).toContain(`- ${revokedTag}\n`);
  const revoke = revokeDocument.load();
  expect(revoke).toContain(`- Key: ${marks.applied}\n`);
  expect(revoke).toContain(`- Key: ${revokedTag}\n`);
  expect(restoredPrefix).toBe('restored-');
});
