import { formatDate } from '../../../rule/core/instant.ts';
import type { AuditedCredential, AuditedUser } from '../result.ts';
import type { Finding } from './finding.ts';

/**
 * How a finding was matched to a credential: by its ID or as the user's password, by the date of its last use, or
 * because both sides list equally many.
 */
export type MatchedBy = 'id' | 'date' | 'count';

/** A credential and the finding about it. */
export interface Match {
  readonly credential: AuditedCredential;
  readonly finding: Finding;
  readonly by: MatchedBy;
}

/** A user's credentials and the findings about single ones of them. */
export interface Matching {
  readonly matches: readonly Match[];
  /** Credentials that no finding is about. */
  readonly unlisted: readonly AuditedCredential[];
  /** Findings about credentials that are not usable here. */
  readonly unknown: readonly Finding[];
  /** Access keys and findings that cannot be matched, because a credential report has no key IDs. */
  readonly unclear: {
    readonly credentials: readonly AuditedCredential[];
    readonly findings: readonly Finding[];
  };
}

/** Matches a user's usable credentials to findings about single credentials, one to one. */
export function matchFindings(
  { credentials }: AuditedUser,
  findings: readonly Finding[],
): Matching {
  const pool = createPool(credentials, findings);
  pool.match('id', ({ type, id }, { about, accessKeyId }) =>
    type === 'password' ? about === 'password' : id !== null && id === accessKeyId,
  );
  // The remaining findings concern keys whose IDs are not known here, or credentials that are not usable here.
  const isUnnamed = ({ type, id }: AuditedCredential) => type === 'access-key' && id === null;
  const isOfKey = ({ about }: Finding) => about === 'access-key';
  pool.match('date', (credential, finding) => {
    return isUnnamed(credential) && isOfKey(finding) && dateOf(finding) === keyDate(credential);
  });
  const isListed = (finding: Finding) => isOfKey(finding) && finding.state === 'active';
  pool.matchByCount(isUnnamed, isListed);

  const keys = pool.credentials.filter(isUnnamed);
  const unclear = keys.length === 0 ? [] : pool.findings.filter(isListed);
  const isUnclear = new Set(unclear);
  return {
    matches: pool.matches,
    unlisted: pool.credentials.filter((one) => unclear.length === 0 || !keys.includes(one)),
    unknown: pool.findings.filter((one) => !isUnclear.has(one)),
    unclear: { credentials: unclear.length === 0 ? [] : keys, findings: unclear },
  };
}

function dateOf({ lastUsed }: Finding): string | null {
  return typeof lastUsed === 'number' ? formatDate(lastUsed) : lastUsed;
}

function keyDate({ lastUsed }: AuditedCredential): string {
  return lastUsed === null ? 'never' : formatDate(Date.parse(lastUsed));
}

function createPool(credentials: readonly AuditedCredential[], findings: readonly Finding[]) {
  const matches: Match[] = [];
  const left = { credentials: [...credentials], findings: [...findings] };
  const take = (credential: AuditedCredential, finding: Finding, by: MatchedBy) => {
    matches.push({ credential, finding, by });
    left.credentials.splice(left.credentials.indexOf(credential), 1);
    left.findings.splice(left.findings.indexOf(finding), 1);
  };
  return {
    matches,
    ...left,
    /** Matches each pair in which neither side fits another credential or finding. */
    match: (by: MatchedBy, fits: (credential: AuditedCredential, finding: Finding) => boolean) => {
      const pairs = left.credentials.flatMap((credential) => {
        const fitting = left.findings.filter((finding) => fits(credential, finding));
        return fitting.map((finding) => ({ credential, finding }));
      });
      const uses = new Map<AuditedCredential | Finding, number>();
      for (const part of pairs.flatMap(({ credential, finding }) => [credential, finding])) {
        uses.set(part, (uses.get(part) ?? 0) + 1);
      }
      for (const { credential, finding } of pairs) {
        if (uses.get(credential) === 1 && uses.get(finding) === 1) take(credential, finding, by);
      }
    },
    /**
     * Matches the rest in any order, if there are as many findings as unused credentials, or as credentials. Then
     * each is listed, whichever is which.
     */
    matchByCount: (
      isCandidate: (credential: AuditedCredential) => boolean,
      isListed: (finding: Finding) => boolean,
    ) => {
      const candidates = left.credentials.filter(isCandidate);
      const listed = left.findings.filter(isListed);
      const due = candidates.filter((credential) => credential.due);
      const chosen = due.length === listed.length ? due : candidates;
      if (chosen.length !== listed.length) return;
      chosen.forEach((credential, index) => {
        const finding = listed[index];
        if (finding !== undefined) take(credential, finding, 'count');
      });
    },
  };
}
