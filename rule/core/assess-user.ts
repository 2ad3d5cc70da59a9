import { assessCredential, type CredentialAssessment } from './assess-credential.ts';
import { type AccessKey, isUsable, type User } from './credentials.ts';
import { type Exemption, findExemption } from './exemption.ts';
import type { Instant } from './instant.ts';
import type { RuleParameters } from './rule-parameters.ts';

/** What a user looks like, whatever the scope; `exempt` comes before all others. */
export const categories = [
  'active',
  'unused-password',
  'unused-access-key',
  'unused-password-and-access-key',
  'inactive-user',
  'no-credentials',
  'exempt',
] as const;
export type Category = (typeof categories)[number];

/** The result of applying the evaluation scope, without regard to exemptions. */
interface ScopeJudgement {
  /** The credentials that are due for revocation; empty for a COMPLIANT user. */
  readonly due: readonly CredentialAssessment[];
  /** For a COMPLIANT user: when they become NON_COMPLIANT if they use nothing, and because of which credential. */
  readonly becomesUnused: { readonly at: Instant; readonly by: CredentialAssessment } | null;
}

/** The verdict on one user, and what it is based on. */
export interface Assessment extends ScopeJudgement {
  readonly compliance: 'COMPLIANT' | 'NON_COMPLIANT';
  readonly category: Category;
  /** The usable credentials: the password first, then active access keys. */
  readonly credentials: readonly CredentialAssessment[];
  readonly exemption: Exemption;
}

/**
 * Decides whether the user's credentials have been unused for too long. An idle time that equals the threshold
 * is unused. `now` and `currentTime` are those of assessCredential. A UserError if a date that the decision needs is
 * missing or more than 24 hours in the future.
 */
export function assessUser(
  user: User,
  parameters: RuleParameters,
  now: Instant,
  currentTime: Instant = now,
): Assessment {
  const credentials: CredentialAssessment[] = [];
  if (user.password !== null) {
    const threshold = parameters.maxPasswordUsageAge;
    credentials.push(
      assessCredential(
        { type: 'password', id: null, slot: null },
        user.password,
        threshold,
        now,
        currentTime,
      ),
    );
  }
  for (const key of user.accessKeys) {
    if (!isUsable(key.status)) continue;
    const threshold = parameters.maxAccessKeyUsageAge;
    credentials.push(
      assessCredential(
        { type: 'access-key', id: key.id, slot: key.slot },
        key,
        threshold,
        now,
        currentTime,
      ),
    );
  }

  const exemption = findExemption(user, parameters, now);
  const exempt = exemption.kind === 'path' || exemption.kind === 'tag';
  const { due, becomesUnused } = judgeByScope(
    user.accessKeys,
    credentials,
    parameters,
    now,
    currentTime,
  );
  const compliant = exempt || due.length === 0;
  return {
    compliance: compliant ? 'COMPLIANT' : 'NON_COMPLIANT',
    category: exempt ? 'exempt' : categorize(credentials),
    credentials,
    due: compliant ? [] : due,
    exemption,
    becomesUnused: exempt ? null : becomesUnused,
  };
}

function categorize(credentials: readonly CredentialAssessment[]): Category {
  const unused = credentials.filter((credential) => credential.unused);
  if (credentials.length === 0) return 'no-credentials';
  if (unused.length === 0) return 'active';
  if (unused.length === credentials.length) return 'inactive-user';
  const password = unused.some((credential) => credential.type === 'password');
  const accessKey = unused.some((credential) => credential.type === 'access-key');
  if (password && accessKey) return 'unused-password-and-access-key';
  return password ? 'unused-password' : 'unused-access-key';
}

/** `accessKeys` are of any status, `credentials` the usable ones. Errors are those of assessCredential. */
function judgeByScope(
  accessKeys: readonly AccessKey[],
  credentials: readonly CredentialAssessment[],
  parameters: RuleParameters,
  now: Instant,
  currentTime: Instant,
): ScopeJudgement {
  const unused = credentials.filter((credential) => credential.unused);
  switch (parameters.evaluationScope) {
    case 'credential':
      if (unused.length > 0) return { due: unused, becomesUnused: null };
      return { due: [], becomesUnused: flip(earliest(credentials)) };
    case 'user':
      if (unused.length === credentials.length) return { due: unused, becomesUnused: null };
      return { due: [], becomesUnused: flip(latest(credentials)) };
    case 'console-password':
      return judgeConsolePassword(accessKeys, credentials, parameters, now, currentTime);
  }
}

/**
 * Scope console-password does not count a password as due while any access key, of any status, was used within
 * the key threshold: the user may only have changed over to keys. Creation and rotation do not count as use.
 */
function judgeConsolePassword(
  accessKeys: readonly AccessKey[],
  credentials: readonly CredentialAssessment[],
  { maxAccessKeyUsageAge }: RuleParameters,
  now: Instant,
  currentTime: Instant,
): ScopeJudgement {
  const password = credentials.find((credential) => credential.type === 'password');
  if (password === undefined) return { due: [], becomesUnused: null };
  const keyUseEnds = accessKeys.flatMap((key) => {
    if (key.used === undefined) return [];
    const reference = { type: 'access-key', id: key.id, slot: key.slot } as const;
    return [
      assessCredential(reference, { used: key.used }, maxAccessKeyUsageAge, now, currentTime)
        .unusedFrom,
    ];
  });
  const at = Math.max(password.unusedFrom, ...keyUseEnds);
  if (at <= now) return { due: [password], becomesUnused: null };
  return { due: [], becomesUnused: { at, by: password } };
}

function flip(by: CredentialAssessment | undefined): ScopeJudgement['becomesUnused'] {
  return by === undefined ? null : { at: by.unusedFrom, by };
}

function earliest(all: readonly CredentialAssessment[]): CredentialAssessment | undefined {
  return all.toSorted((a, b) => a.unusedFrom - b.unusedFrom)[0];
}

function latest(all: readonly CredentialAssessment[]): CredentialAssessment | undefined {
  return all.toSorted((a, b) => b.unusedFrom - a.unusedFrom)[0];
}
