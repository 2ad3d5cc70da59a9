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
  return { user, assessment, annotation: annotate(user, assessment, parameters) };
}

/** PutEvaluations takes annotations of 1 to 256 characters. */
const maxLength = 256;
const maxPathLength = 40;

/** The reason for an assessment, at most 256 characters. Clauses that do not fit are left out from the end, and counted. */
function annotate(user: User, assessment: Assessment, parameters: RuleParameters): string {
  return join([
    ...exemptionClauses(assessment.exemption, parameters),
    ...verdictClauses(assessment, parameters),
    ...unjudgedClauses(user.unjudged),
  ]);
}

function exemptionClauses(exemption: Exemption, parameters: RuleParameters): string[] {
  switch (exemption.kind) {
    case 'none':
      return [];
    case 'path':
      return [`Exempt by path ${cut(exemption.prefix)}`];
    case 'tag':
      return [`Exempt until ${exemption.text}`];
    case 'refused':
      return [refusalClause(exemption, parameters)];
  }
}

function refusalClause(
  exemption: Extract<Exemption, { kind: 'refused' }>,
  { maxExemptionDays }: RuleParameters,
): string {
  switch (exemption.reason) {
    case 'ended':
      return `exemption until "${exemption.text}" has ended`;
    case 'too-distant':
      return `exemption until "${exemption.text}" is more than ${maxExemptionDays} days ahead: ignored`;
    case 'malformed':
      return 'exemption ignored: malformed value, not an ISO date';
  }
}

function verdictClauses(assessment: Assessment, parameters: RuleParameters): string[] {
  const { credentials, due, becomesUnused, category } = assessment;
  if (credentials.length === 0) return ['no password or active access key'];
  if (due.length > 0) return longestIdleFirst(due).map(describeDue);

  const unused = longestIdleFirst(credentials.filter((credential) => credential.unused));
  const clauses = unused.map(
    (credential, index) =>
      `${labelOf(credential)} unused ${credential.idleDays}${index === 0 ? ' days' : ''}`,
  );
  const flip = becomesUnused === null ? null : formatDate(becomesUnused.at);
  if (category === 'exempt') return clauses.length > 0 ? clauses : ['nothing unused'];
  const next =
    becomesUnused === null ? [] : [`becomes unused ${flip}: ${labelOf(becomesUnused.by)}`];
  if (clauses.length === 0) return next.length > 0 ? next : ['nothing unused'];
  const allowed = `allowed by scope ${parameters.evaluationScope}`;
  // In scope console-password an unused key is always allowed; only the password may become unused.
  const always = isConsolePassword(parameters) && !passwordUnused(unused);
  return always ? [...clauses, allowed, ...next] : [...clauses, `${allowed} until ${flip}`];
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

function describeDue(credential: CredentialAssessment, index: number): string {
  const unit = index === 0 ? ' days' : '';
  return `${labelOf(credential)} ${describeActivity(credential)} (${credential.idleDays}${unit}, limit ${credential.threshold})`;
}

function unjudgedClauses(unjudged: User['unjudged']): string[] {
  const kinds = [
    ...(unjudged.certificates ? ['certificates'] : []),
    ...(unjudged.other ? ['other credentials'] : []),
  ];
  return kinds.length === 0 ? [] : [`${kinds.join(' and ')} not evaluated`];
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

/** Leaves out clauses from the end until the text fits, and says how many. */
function join(clauses: readonly string[], dropped = 0): string {
  const ending = dropped === 0 ? [] : [`+${dropped} more`];
  const text = [...clauses, ...ending].join('; ');
  return text.length <= maxLength ? text : join(clauses.slice(0, -1), dropped + 1);
}
