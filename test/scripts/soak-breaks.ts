import { documentNames } from '../../rule/core/names.ts';
import type { Break } from '../../scripts/soak/break.ts';

const short = { seed: 7, users: 16, days: 14 };

/** Ways in which the product could be broken. `npm run soak -- --breaks` must notice each. */
export const breaks: readonly Break[] = [
  {
    name: 'a credential counts as unused after two thirds of the limit',
    soak: short,
    violates: 'no recently used credential is revoked',
    change: {
      module: 'rule/core/assess-credential.ts',
      from: 'lastActivity + threshold * millisecondsPerDay',
      to: 'lastActivity + threshold * millisecondsPerDay * 0.67',
      functions: ['evaluate', 'plan-revocation'],
    },
  },
  {
    name: 'the revocation writes no record',
    soak: short,
    violates: 'a record is written before each change',
    change: {
      document: documentNames.revoke,
      from: 'NextStep: RecordRevocation',
      to: 'NextStep: BindUser',
    },
  },
  {
    name: 'a restoration gives no grace',
    soak: { seed: 3, users: 12, days: 14 },
    violates: 'restored credentials keep their grace period',
    change: {
      module: 'rule/handlers/plan-restoration/make-plan.ts',
      from: 'exemptUntil(exemption, graceDays, ',
      to: 'exemptUntil(exemption, 0, ',
      functions: ['plan-restoration'],
    },
  },
  {
    name: 'no path is exempt',
    soak: short,
    violates: 'no protected or exempt user is revoked',
    change: {
      module: 'rule/core/exemption.ts',
      from: "if (prefix !== undefined) return { kind: 'path', prefix };",
      to: "if (prefix === '/') return { kind: 'path', prefix };",
      functions: ['evaluate', 'plan-revocation'],
    },
  },
  {
    name: 'a restoration forgets the groups',
    violates: 'a restoration of a retired user is complete',
    soak: { seed: 2, users: 12, days: 14 },
    change: {
      module: 'rule/core/permission-plan.ts',
      from: "...groups.map(({ name, id }) => ({ kind: 'group', id: name, uniqueId: id }) as const),",
      to: '',
      functions: ['plan-restoration', 'restore-permissions'],
    },
  },
  {
    name: 'the daily limit is ignored',
    soak: { seed: 1, users: 40, days: 2 },
    violates: 'the daily limit is respected',
    change: {
      module: 'rule/core/earlier-revocations.ts',
      from: 'if (maxRevocationsPerDay === 0) return null;',
      to: 'return null;',
      functions: ['plan-revocation'],
    },
  },
  {
    name: 'what keeps coming back is revoked each time',
    soak: short,
    violates: 'no credential is revoked in a loop',
    change: {
      module: 'rule/core/earlier-revocations.ts',
      from: 'const mostRevocations = 3;',
      to: 'const mostRevocations = 300;',
      functions: ['plan-revocation'],
    },
  },
  {
    name: 'keys are deleted a day after their announcement',
    soak: { seed: 6, users: 24, days: 34 },
    violates: 'deletions are allowed and announced',
    change: {
      module: 'rule/core/purge-plan.ts',
      from: 'announcedFor = 7 * millisecondsPerDay',
      to: 'announcedFor = millisecondsPerDay / 2',
      functions: ['plan-purge'],
    },
  },
  {
    name: 'an issued password is written to the log',
    soak: { seed: 2, users: 12, days: 14 },
    violates: 'no password outside its secret',
    change: {
      module: 'rule/handlers/issue-password/issue.ts',
      from: 'const text = JSON.stringify({ userName, password });',
      to: 'const text = JSON.stringify({ userName, password }); dependencies.log("info", text, {});',
      functions: ['issue-password'],
    },
  },
  {
    name: 'a revocation sends no message',
    soak: short,
    violates: 'changes are announced',
    change: {
      document: documentNames.revoke,
      from: 'Default: PublishRevocation',
      to: 'Default: EndRevoked',
    },
  },
  {
    name: 'each digest names every NON_COMPLIANT user',
    soak: short,
    violates: 'newly NON_COMPLIANT users are named once',
    change: {
      module: 'rule/core/earlier-results.ts',
      from: '&& !isAnnounced(earlier.get(userId) ?? null)',
      to: '',
      functions: ['evaluate'],
    },
  },
  {
    name: 'nobody is warned',
    soak: { seed: 5, users: 24, days: 45 },
    violates: 'each user is warned first',
    change: {
      module: 'rule/core/warnings.ts',
      from: 'warnings: soon.filter(',
      to: 'warnings: soon.slice(0, 0).filter(',
      functions: ['evaluate'],
    },
  },
  {
    name: 'a credential counts as unused only after twice the limit',
    violates: 'evaluation results are correct',
    soak: { seed: 1, users: 40, days: 4 },
    change: {
      module: 'rule/core/assess-credential.ts',
      from: 'unused: now >= unusedFrom,',
      to: 'unused: now >= unusedFrom + threshold * millisecondsPerDay,',
      functions: ['evaluate', 'plan-revocation'],
    },
  },
  {
    name: 'nothing is ever due',
    soak: { seed: 1, users: 40, days: 10 },
    violates: 'every NON_COMPLIANT user is resolved or has a reason',
    change: {
      module: 'rule/core/revocation-plan.ts',
      from: "(revocations.length > 0 ? null : decide('NothingDue', null))",
      to: "decide('NothingDue', null)",
      functions: ['plan-revocation'],
    },
  },
];
