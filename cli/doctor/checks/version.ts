import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { DeployedFunction } from '../../../rule/aws/lambda.ts';
import { readDocument } from '../../../rule/aws/ssm-automation.ts';
import { shortName } from '../../../rule/core/names.ts';
import {
  align,
  type Check,
  conclude,
  type Finding,
  readAll,
  redeploy,
  warning,
  wrong,
} from '../check.ts';

const waitAMinute = 'wait a minute and run doctor again';

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
    id: `function-${shortName(name)}`,
    read: async ({ build, deployedFunction }) => {
      const [{ functions }, deployed] = await readAll(build(), deployedFunction(name));
      return { hash: functions.get(name), deployed };
    },
    judge: (functions) => judgeFunction(functions, name),
  };
}

function judgeFunction({ deployed, hash }: Functions, name: string): Finding {
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
        ? warning(finding, waitAMinute)
        : wrong(finding, `fix the cause, then ${redeploy}`),
    );
  };
  if (state !== 'Active') say('state', state, stateReason);
  if (lastUpdateStatus !== 'Successful') say('last update', lastUpdateStatus, lastUpdateReason);
  return conclude(faults, `its description names the code of this version (${content}); active`);
}

interface Documents {
  /** Null if there is no such document. */
  readonly deployed: Awaited<ReturnType<typeof readDocument>>;
  /** The text that this version deploys. */
  readonly expected: string | undefined;
}

/** Checks that the default version of a document is the one of this version, and that it can be started. */
export function documentCheck(id: string, name: string): Check<Documents> {
  return {
    id,
    read: async ({ build, clients }) => {
      const [{ documents }, deployed] = await readAll(build(), readDocument(clients.ssm, name));
      return { expected: documents.get(name), deployed };
    },
    judge: (documents) => judgeDocument(documents, name),
  };
}

function judgeDocument({ deployed, expected }: Documents, name: string): Finding {
  if (deployed === null) return wrong(`there is no document ${name} in this Region`, redeploy);
  const { status, statusReason, content } = deployed;
  const faults: Finding[] = [];
  if (expected === undefined || !isSame(content, expected)) {
    faults.push(wrong('its default version is not the document of this version', align));
  }
  if (status !== 'Active') {
    const finding = `status ${status}${statusReason === null ? '' : `: ${statusReason}`}`;
    faults.push(
      status === 'Creating' || status === 'Updating'
        ? warning(finding, waitAMinute)
        : wrong(finding, redeploy),
    );
  }
  return conclude(faults, 'the document of this version, active');
}

/** AWS does not document that it returns YAML unchanged, so this compares the meaning. */
function isSame(content: string, expected: string): boolean {
  try {
    return isDeepStrictEqual(parse(content), parse(expected));
  } catch {
    return false;
  }
}
