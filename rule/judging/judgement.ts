import type { Clients } from '../aws/clients.ts';
import type { Clock } from '../clock.ts';
import { annotate } from '../core/annotation.ts';
import { type Assessment, assessUser } from '../core/assess-user.ts';
import type { User } from '../core/credentials.ts';
import type { Instant } from '../core/instant.ts';
import type { RuleParameters } from '../core/rule-parameters.ts';

/** What every judgement is made with. */
export interface JudgementContext {
  readonly iam: Clients<'iam'>['iam'];
  readonly parameters: RuleParameters;
  /** The instant of the evaluation: one for all users. */
  readonly now: Instant;
  /** The present, where the evaluation looks back from it. */
  readonly present?: Instant;
  readonly clock: Clock;
  /** Told what is going on, in words for a person. */
  readonly onProgress?: (what: string) => void;
  /** When to stop reading, so that what is judged can still be reported. */
  readonly deadline: Instant;
}

/** A user with the verdict on him. */
export interface Judgement {
  readonly user: User;
  readonly assessment: Assessment;
  readonly annotation: string;
}

/** Takes a user and what to judge him by; gives back the verdict. Throws as assessUser does. */
export function judge(
  user: User,
  { parameters, now, present }: Pick<JudgementContext, 'parameters' | 'now' | 'present'>,
): Judgement {
  const assessment = assessUser(user, parameters, now, present);
  return { user, assessment, annotation: annotate(user, assessment, parameters) };
}
