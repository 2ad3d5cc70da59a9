import { assessCredential, type CredentialAssessment } from './assess-credential.ts';
import type { AccessKey } from './credentials.ts';
import type { Instant } from './instant.ts';
import type { RuleParameters } from './rule-parameters.ts';

/** The result of applying the evaluation scope, without regard to exemptions. */
export interface ScopeJudgement {
  /** The credentials that are due for revocation; empty for a COMPLIANT user. */
  readonly due: readonly CredentialAssessment[];
  /** For a COMPLIANT user: when they become NON_COMPLIANT if they use nothing, and because of which credential. */
  readonly becomesUnused: { readonly at: Instant; readonly by: CredentialAssessment } | null;
}

/** `accessKeys` are of any status, `credentials` the usable ones. Errors are those of assessCredential. */
export function judgeByScope(
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
