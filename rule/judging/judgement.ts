import type { Clients } from '../aws/clients.ts';
import type { Clock } from '../clock.ts';
import { annotate } from '../core/annotation.ts';
import { type Assessment, assessUser } from '../core/assess-user.ts';
import type { User } from '../core/credentials.ts';
import type { Instant } from '../core/instant.ts';
import type { RuleParameters } from '../core/rule-parameters.ts';

/** What every judgement needs. */
export interface JudgementContext {
  readonly iam: Clients<'iam'>['iam'];
  readonly parameters: RuleParameters;
  /** The instant of the evaluation: one for all users. */
  readonly now: Instant;
  /** The actual time, if the evaluation looks at an instant in the past. */
  readonly currentTime?: Instant;
  readonly clock: Clock;
  /** Called with text about the progress, for a person. */
  readonly onProgress?: (what: string) => void;
  /** When to stop reading, so that the verdicts so far can still be reported. */
  readonly deadline: Instant;
}

/** A user and the verdict on them. */
export interface Judgement {
  readonly user: User;
  readonly assessment: Assessment;
  readonly annotation: string;
}

export function judge(
  user: User,
  { parameters, now, currentTime }: Pick<JudgementContext, 'parameters' | 'now' | 'currentTime'>,
): Judgement {
  const assessment = assessUser(user, parameters, now, currentTime);
  return { user, assessment, annotation: annotate(user, assessment, parameters) };
}
