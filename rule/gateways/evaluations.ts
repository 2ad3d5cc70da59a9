import { type ConfigServiceClient, PutEvaluationsCommand } from '@aws-sdk/client-config-service';
import { messageOf } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { Evaluation } from '../formats/evaluation.ts';
import { callAws } from './call-aws.ts';
import { beforeDeadline, type Clock } from './clock.ts';

/** What putEvaluations calls. */
export const putEvaluationsActions = ['config:PutEvaluations'] as const;

/** PutEvaluations takes at most this many evaluations a request. */
const batchSize = 100;
/** A request can succeed and still refuse some evaluations; those are put again this often. */
const attempts = 4;

/** An evaluation that AWS Config did not take, and why. */
export interface RefusedEvaluation {
  readonly resourceId: string;
  readonly message: string;
}

/**
 * Takes a Config client, the evaluations, the token of the event they answer, a clock for the waits
 * between attempts, and when to give up. Puts them in requests of 100. Gives back the ones that AWS
 * Config refused to the end; a batch that fails does not hold up the others. Throws nothing foreseen.
 */
export async function putEvaluations(
  config: ConfigServiceClient,
  evaluations: readonly Evaluation[],
  resultToken: string,
  clock: Clock,
  deadline: Instant,
): Promise<RefusedEvaluation[]> {
  const refused: RefusedEvaluation[] = [];
  let open = [...evaluations];
  for (let attempt = 1; open.length > 0; attempt += 1) {
    const again: Evaluation[] = [];
    for (let start = 0; start < open.length; start += batchSize) {
      const batch = open.slice(start, start + batchSize);
      try {
        again.push(
          ...(await beforeDeadline(clock, deadline, () => putBatch(config, batch, resultToken))),
        );
      } catch (error) {
        refused.push(...batch.map((evaluation) => refuse(evaluation, messageOf(error))));
      }
    }
    const wait = 1000 * 2 ** (attempt - 1);
    if (attempt === attempts || clock.now() + wait >= deadline) {
      const message = `AWS Config refused the evaluation, ${attempt} times of ${attempts}`;
      return [...refused, ...again.map((evaluation) => refuse(evaluation, message))];
    }
    open = again;
    if (open.length > 0) await clock.sleep(wait);
  }
  return refused;
}

/** Gives back those that failed: all of them where AWS Config reports a failure but not whose. */
async function putBatch(
  config: ConfigServiceClient,
  batch: Evaluation[],
  resultToken: string,
): Promise<Evaluation[]> {
  const answer = await callAws(putEvaluationsActions[0], () =>
    config.send(new PutEvaluationsCommand({ Evaluations: batch, ResultToken: resultToken })),
  );
  const reported = answer.FailedEvaluations ?? [];
  const ids = new Set(reported.map((failed) => failed.ComplianceResourceId));
  const failed = batch.filter((evaluation) => ids.has(evaluation.ComplianceResourceId));
  return failed.length < reported.length ? batch : failed;
}

function refuse(evaluation: Evaluation, message: string): RefusedEvaluation {
  return { resourceId: evaluation.ComplianceResourceId, message };
}
