import type { DeployedFunction } from '../../../rule/aws/lambda.ts';
import { prefix } from '../../../rule/core/names.ts';
import { align, type Check, conclude, type Finding, redeploy, warning, wrong } from '../check.ts';

/** The states that pass without help. */
const passing = new Set(['Pending', 'Inactive', 'InProgress']);

interface Functions {
  /** Null if there is no such function. */
  readonly deployed: DeployedFunction | null;
  /** The hash of the bundle that this version deploys. */
  readonly hash: string | undefined;
}

/** Checks that a function runs the code of this version, which its description names, and can be invoked. */
export function functionCheck(name: string): Check<Functions> {
  return {
    id: `function-${name.slice(prefix.length + 1)}`,
    read: async ({ build, deployedFunction }) => ({
      hash: (await build()).functions.get(name),
      deployed: await deployedFunction(name),
    }),
    judge: (functions) => judge(functions, name),
  };
}

function judge({ deployed, hash }: Functions, name: string): Finding {
  if (deployed === null) return wrong(`there is no function ${name} in this Region`, redeploy);
  const { description, state, stateReason, lastUpdateStatus, lastUpdateReason } = deployed;
  const content = /\(content ([0-9a-f]{16})\)$/u.exec(description)?.[1];
  const faults: Finding[] = [];
  if (content !== hash || content === undefined) {
    const is =
      content === undefined ? 'its description does not name its version' : `it is ${content}`;
    faults.push(wrong(`not the code of this version (${hash ?? 'unknown'}); ${is}`, align));
  }
  const say = (what: string, status: string, reason: string | null) => {
    const finding = `${what} ${status}${reason === null ? '' : `: ${reason}`}`;
    faults.push(
      passing.has(status)
        ? warning(finding, 'wait a minute and run doctor again')
        : wrong(finding, `fix the cause, then ${redeploy}`),
    );
  };
  if (state !== 'Active') say('state', state, stateReason);
  if (lastUpdateStatus !== 'Successful') say('last update', lastUpdateStatus, lastUpdateReason);
  return conclude(faults, `its description names the code of this version (${content}); active`);
}
