import { assessCredential, type CredentialAssessment } from './assess-credential.ts';
import { isUsable, type User } from './credentials.ts';
import { type Exemption, findExemption } from './exemption.ts';
import type { Instant } from './instant.ts';
import type { RuleParameters } from './rule-parameters.ts';
import { judgeByScope, type ScopeJudgement } from './scope.ts';

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
