import { fromAggregatedResult } from '../../../../../cli/audit/aggregated.ts';
import { type AuditedUser, type AuditResult, toResult } from '../../../../../cli/audit/result.ts';
import type { User } from '../../../../../rule/core/credentials.ts';
import { ago } from '../../../../builders/account.ts';
import { coreKey, coreUser, exemptUntil } from '../../../../builders/core-user.ts';
import { resultOf } from '../../audit-result.ts';

/** A user of an account, whose ARN follows from the name. */
export function person(userName: string, rest: Partial<User> = {}, accountId = '123456789012') {
  const arn = `arn:aws:iam::${accountId}:user${rest.path ?? '/'}${userName}`;
  return coreUser({ userName, arn, userId: null, ...rest });
}

/** A password last used so many days before `now`. */
export function used(days: number): Pick<User, 'password'> {
  return { password: { used: ago(days), created: ago(900), changed: ago(900) } };
}

/** One key, last used so many days before `now` for a service. */
export function keyUsed(days: number, lastUsedService = 's3', id = 'AKIAEXAMPLEKEY000001') {
  const lastUse = { lastUsedService, lastUsedRegion: 'eu-central-1' };
  return { accessKeys: [coreKey({ id, used: ago(days), created: ago(900), ...lastUse })] };
}

/** Users of every kind, in one account. */
export const everyKind: readonly User[] = [
  person('idle', used(112)),
  person('older', { ...used(400), ...keyUsed(390, 'ec2') }),
  person('active', used(3)),
  person('soon', used(40)),
  person('later', keyUsed(20)),
  person('exempt', { ...used(300), tags: [exemptUntil('2027-01-31')] }),
  person('once-exempt', { ...used(60), tags: [exemptUntil('2026-01-31')] }),
  person('empty'),
];

/** Names and services that would do harm if the page took them for HTML. */
export const hostileTexts = [
  '<script>document.title = "hacked"</script>',
  '</script><script>document.title = "hacked"</script>',
  '"><img src=x onerror=\'document.title = "hacked"\'>',
  '<!--<script>',
  '</style><style>body{display:none}</style>',
  "' onmouseover='document.title=1",
  'javascript:alert(1)',
  '{{constructor}} &lt;b&gt; &amp;',
  '\u202Ereversed\u0007\u2028line',
];

/** A result in which every text from AWS is hostile, with `copies` users of each name. */
export function hostileResult(copies = 1): AuditResult {
  const users = hostileTexts.flatMap((text, index) =>
    Array.from({ length: copies }, () =>
      person(text, { ...used(100 + index), ...keyUsed(90, text, text) }),
    ),
  );
  return resultOf(users, {
    errors: hostileTexts.map((text) => ({ arn: text, message: text, accountId: text })),
    notes: hostileTexts,
    accounts: [{ accountId: '123456789012', asOf: ago(0), failure: hostileTexts.join() }],
  });
}

/** Several accounts, of which one could not be read. */
export function organizationResult(): AuditResult {
  const users = Array.from({ length: 60 }, (_, index) => {
    const accountId = String(100_000_000_000 + (index % 7));
    return person(
      `user-${index}`,
      { ...used((index * 37) % 500), ...keyUsed(index * 9) },
      accountId,
    );
  });
  const accounts = [...new Set(users.map(({ arn }) => arn.split(':')[4] ?? ''))];
  return resultOf(users, {
    accounts: [
      ...accounts.map((accountId) => ({ accountId, asOf: ago(0) })),
      { accountId: '200000000000', asOf: ago(0), failure: 'AccessDenied: not authorized' },
    ],
  });
}

/**
 * The results of AWS Config for three users, whose rules have different limits. They have dates and only unused
 * credentials.
 */
export function aggregatedResult(): AuditResult {
  const accountId = '123456789012';
  const user = (userName: string, annotation: string, compliance: AuditedUser['compliance']) =>
    fromAggregatedResult(
      { userId: userName, compliance, annotation, evaluatedAt: ago(0) },
      accountId,
      {
        ...{ userName, arn: `arn:aws:iam::${accountId}:user/${userName}` },
      },
    );
  const idle =
    'key 1 used 2026-02-03 (291 days, limit 45); password used 2026-08-01 (112, limit 90)';
  const users = [
    user('idle', idle, 'NON_COMPLIANT'),
    user('soon', 'becomes unused 2026-12-04: password', 'COMPLIANT'),
    user('exempt', 'Exempt until 2026-12-20; password unused 112 days', 'COMPLIANT'),
  ];
  return toResult(
    {
      accounts: [{ accountId, asOf: ago(0) }],
      ...{ users, errors: [], asOf: ago(0), unjudged: null, notes: [] },
    },
    null,
    { kind: 'results', ruleName: 'unused-iam-credentials', aggregator: 'all' },
  );
}

/** A result with `count` users of one account, of whom two in five are NON_COMPLIANT. */
export function crowdResult(count: number): AuditResult {
  return resultOf(
    Array.from({ length: count }, (_, index) =>
      person(`user-${index}`, { ...used(index % 75), ...keyUsed(index % 20) }),
    ),
  );
}
