import { documentNames } from '../../core/names.ts';
import { type RevocationOutcome, revocationOutcomes } from '../../core/revocation-plan.ts';
import { hasSucceeded, toOutcome } from '../execution-outcome.ts';
import type { ExecutionResult } from '../run-executions.ts';
import type { DryRun } from './dry-run.ts';
import { type Finding, ok, unchecked, wrong } from './finding.ts';
import { align } from './remedies.ts';

/** Takes what became of the dry run. Gives back whether it ended as it should, having changed nothing. */
export function judgeDryRun(dryRun: DryRun): Finding {
  switch (dryRun.kind) {
    case 'not wanted':
      return ok('not run, as asked');
    case 'nobody':
      return ok('not run: the account has no IAM user');
    case 'withheld': {
      const finding = `not started: not known to be of this version: ${dryRun.since}`;
      const remedy = `mend ${dryRun.since} first`;
      return dryRun.state === 'wrong' ? wrong(finding, remedy) : unchecked(finding, remedy);
    }
    case 'refused':
      return wrong(`AWS did not start ${documentNames.revoke}: ${dryRun.why}`, align);
    case 'running': {
      const { executionId, doing } = dryRun;
      return unchecked(`not ended after 90 seconds (${doing})`, `look later: ${look(executionId)}`);
    }
    case 'ended':
      return judgeEnd(dryRun.result);
  }
}

function judgeEnd(result: ExecutionResult): Finding {
  const outcome = toOutcome(result);
  const { userName, userId, executionId, status, reason, failure, failedSteps } = outcome;
  const remedy = `${look(executionId)}; docs/operations.md, When something fails`;
  const user = `${userName} (${userId})`;
  if (!hasSucceeded(outcome)) {
    const [step] = failedSteps;
    const where = step === undefined ? '' : ` in step ${step.name}: ${step.message}`;
    const why = where === '' && failure !== null ? `: ${failure}` : where;
    return wrong(`for ${user}: ${status}${why}`, remedy);
  }
  const said = `for ${user}: ${outcome.outcome}${reason === null ? '' : `, ${reason}`}`;
  if (outcome.outcome === ('Revoke' satisfies RevocationOutcome)) {
    return wrong(
      `${said}: it was no dry run, and credentials were revoked`,
      `unused-iam-credentials restore ${userId}; then ${align}`,
    );
  }
  const known: readonly string[] = revocationOutcomes;
  if (known.includes(outcome.outcome ?? '')) return ok(said);
  return wrong(`${said}: an outcome that this version does not know`, align);
}

function look(executionId: string | null): string {
  return `aws ssm get-automation-execution --automation-execution-id ${executionId}`;
}
