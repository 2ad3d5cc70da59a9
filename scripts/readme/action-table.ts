import {
  evaluatePermissions,
  issuePasswordPermissions,
  planRestorationPermissions,
  planRevocationPermissions,
  restorePermissions,
  revokePermissions,
} from '../../infra/account/permissions.ts';
import { restoreDocument, revokeDocument } from '../../remediation-docs/documents.ts';
import { defaultExemptUntilTag, functionNames } from '../../rule/core/names.ts';

const permissions = [
  [functionNames.evaluate, evaluatePermissions],
  [functionNames.planRevocation, planRevocationPermissions],
  [functionNames.planRestoration, planRestorationPermissions],
  [functionNames.issuePassword, issuePasswordPermissions],
  [revokeDocument.name, revokePermissions],
  [restoreDocument.name, restorePermissions(defaultExemptUntilTag)],
] as const;

/** What the roles of functions and documents allow, apart from logs and topic, in Markdown. */
export function renderActionTable(): string {
  const rows = permissions.map(([name, statements]) => {
    const allowed = statements.flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action : []));
    const actions = [...new Set(allowed)].sort((a, b) => (a < b ? -1 : 1));
    return `| \`${name}\` | ${actions.map((action) => `\`${action}\``).join(', ')} |`;
  });
  return ['| role of | actions |', '|---|---|', ...rows].join('\n');
}
