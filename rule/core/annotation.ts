import { type Clause, clause, writeAnnotation } from './annotation-clauses.ts';
import { type CredentialAssessment, describeActivity, labelOf } from './assess-credential.ts';
import { type Assessment, assessUser } from './assess-user.ts';
import type { User } from './credentials.ts';
import type { Exemption } from './exemption.ts';
import { formatDate, type Instant } from './instant.ts';
import type { RuleParameters } from './rule-parameters.ts';

/** A user, the verdict on them, and the reason for it. */
export interface Judgement {
  readonly user: User;
  readonly assessment: Assessment;
  readonly annotation: string;
}

/** What a verdict depends on besides the user; `now` and `currentTime` are those of assessCredential. */
interface JudgementBasis {
  readonly parameters: RuleParameters;
  readonly now: Instant;
  readonly currentTime?: Instant;
}

/** Errors are those of assessUser. */
export function judge(user: User, { parameters, now, currentTime }: JudgementBasis): Judgement {
  const assessment = assessUser(user, parameters, now, currentTime);
  const annotation = writeAnnotation(clausesOf(user, assessment, parameters));
  return { user, assessment, annotation };
}

/** What the annotation of a result says about messages. */
export interface AnnotatedMessages {
  /** Whether no digest has named the user. If they are NON_COMPLIANT, the next digest names them. */
  readonly unannounced: boolean;
  /** Clauses of findWarnings. */
  readonly warned: readonly Clause[];
}

/** The annotation of a result, with what the next run must know about messages. */
export function annotateMessages(
  { user, assessment }: Judgement,
  parameters: RuleParameters,
  { unannounced, warned }: AnnotatedMessages,
): string {
  const isOpen = unannounced && assessment.compliance === 'NON_COMPLIANT';
  const clauses = clausesOf(user, assessment, parameters);
  const sent = warned.slice(0, mostWarnings);
  return writeAnnotation([...clauses, ...sent, ...(isOpen ? [clause('notAnnounced', {})] : [])]);
}

/**
 * An annotation has room for this many clauses about warnings. A user can only have more if AWS raised the quota of
 * access keys. The next run then repeats the other warnings.
 */
const mostWarnings = 5;

const maxPathLength = 40;

/** The reason for an assessment. */
function clausesOf(user: User, assessment: Assessment, parameters: RuleParameters): Clause[] {
  return [
    ...exemptionClauses(assessment.exemption, parameters),
    ...verdictClauses(assessment, parameters),
    ...unjudgedClauses(user.unjudged),
    ...longestIdleFirst(assessment.due).flatMap(lastUseClauses),
  ];
}

function exemptionClauses(exemption: Exemption, parameters: RuleParameters): Clause[] {
  switch (exemption.kind) {
    case 'none':
      return [];
    case 'path':
      return [clause('exemptByPath', { path: cut(exemption.prefix) })];
    case 'tag':
      return [clause('exemptUntil', { instant: exemption.text })];
    case 'refused':
      return [refusalClause(exemption, parameters)];
  }
}

function refusalClause(
  exemption: Extract<Exemption, { kind: 'refused' }>,
  { maxExemptionDays }: RuleParameters,
): Clause {
  switch (exemption.reason) {
    case 'ended':
      return clause('exemptionEnded', { instant: exemption.text });
    case 'too-distant': {
      const days = String(maxExemptionDays);
      return clause('exemptionTooDistant', { instant: exemption.text, days });
    }
    case 'malformed':
      return clause('exemptionMalformed', {});
  }
}

function verdictClauses(assessment: Assessment, parameters: RuleParameters): Clause[] {
  const { credentials, due, becomesUnused, category } = assessment;
  if (credentials.length === 0) return [clause('noCredentials', {})];
  if (due.length > 0) return longestIdleFirst(due).map(dueClause);

  const unused = longestIdleFirst(credentials.filter((credential) => credential.unused));
  const clauses = unused.map((credential, index) =>
    clause('unused', { credential: labelOf(credential), idle: idleText(credential, index) }),
  );
  const nothingUnused = [clause('nothingUnused', {})];
  if (category === 'exempt') return clauses.length > 0 ? clauses : nothingUnused;
  // Stryker disable next-line StringLiteral: without such a date, no clause shows it
  const flip = becomesUnused === null ? '' : formatDate(becomesUnused.at);
  const next =
    becomesUnused === null
      ? []
      : [clause('becomesUnused', { flip, credential: labelOf(becomesUnused.by) })];
  if (clauses.length === 0) return next.length > 0 ? next : nothingUnused;
  const scope = parameters.evaluationScope;
  // In scope console-password an unused key is always allowed; only the password may become unused.
  const always = isConsolePassword(parameters) && !passwordUnused(unused);
  return always
    ? [...clauses, clause('allowed', { scope }), ...next]
    : [...clauses, clause('allowedUntil', { scope, flip })];
}

function isConsolePassword({ evaluationScope }: RuleParameters): boolean {
  return evaluationScope === 'console-password';
}

function passwordUnused(unused: readonly CredentialAssessment[]): boolean {
  return unused.some(({ type }) => type === 'password');
}

function longestIdleFirst(credentials: readonly CredentialAssessment[]): CredentialAssessment[] {
  return credentials.toSorted((a, b) => b.idle - a.idle);
}

function dueClause(credential: CredentialAssessment, index: number): Clause {
  return clause('due', {
    credential: labelOf(credential),
    activity: describeActivity(credential),
    idle: idleText(credential, index),
    days: String(credential.threshold),
  });
}

/** Only for due credentials: the clause shows which job a revocation would stop. */
function lastUseClauses(credential: CredentialAssessment): Clause[] {
  const { lastUsedService: service, lastUsedRegion: region } = credential;
  if (service === undefined) return [];
  const label = labelOf(credential);
  return region === undefined
    ? [clause('lastUsedBy', { credential: label, service })]
    : [clause('lastUsedIn', { credential: label, service, region })];
}

function idleText({ idleDays }: CredentialAssessment, index: number): string {
  return index === 0 ? `${idleDays} days` : String(idleDays);
}

function unjudgedClauses(unjudged: User['unjudged']): Clause[] {
  const kinds = [
    ...(unjudged.certificates.some(({ status }) => status === 'Active') ? ['certificates'] : []),
    ...(unjudged.other ? ['other credentials'] : []),
  ];
  return kinds.length === 0 ? [] : [clause('notEvaluated', { kinds: kinds.join(' and ') })];
}

/**
 * The text with every run of separators and control characters as one space. Names may hold any: none may break a
 * line, or control a terminal or mail client.
 */
export function withoutControls(text: string): string {
  return text.replace(/[\p{Z}\p{C}]+/gu, ' ');
}

function cut(path: string): string {
  return path.length <= maxPathLength ? path : `${path.slice(0, maxPathLength - 1)}…`;
}
