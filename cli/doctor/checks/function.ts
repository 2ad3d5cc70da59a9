import type { DeployedFunction } from '../../../rule/aws/lambda.ts';
import { align, conclude, type Finding, redeploy, warning, wrong } from '../finding.ts';

/** With these a function will run by and by. */
const passing = new Set(['Pending', 'Inactive', 'InProgress']);

/**
 * Takes a function (null for none), its name, and the hash of this build's bundle. Gives back whether it runs
 * that bundle, by the end of its description, and can be invoked.
 */
export function judgeFunction(
  deployed: DeployedFunction | null,
  name: string,
  hash: string | undefined,
): Finding {
  if (deployed === null) return wrong(`there is no function ${name} in this Region`, redeploy);
  const { description, state, stateReason, lastUpdateStatus, lastUpdateReason } = deployed;
  const content = /\(content ([0-9a-f]{16})\)$/u.exec(description)?.[1];
  const faults: Finding[] = [];
  if (content !== hash || content === undefined) {
    const is = content === undefined ? 'its description does not tell' : `it is ${content}`;
    faults.push(wrong(`not the code of this version (${hash ?? 'unknown'}); ${is}`, align));
  }
  const say = (what: string, status: string, reason: string | null) => {
    const finding = `${what} ${status}${reason === null ? '' : `: ${reason}`}`;
    faults.push(
      passing.has(status)
        ? warning(finding, 'wait a minute and run doctor again')
        : wrong(finding, `mend the cause, then ${redeploy}`),
    );
  };
  if (state !== 'Active') say('state', state, stateReason);
  if (lastUpdateStatus !== 'Successful') say('last update', lastUpdateStatus, lastUpdateReason);
  return conclude(faults, `its description names the code of this version (${content}); active`);
}
