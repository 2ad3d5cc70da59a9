import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { readDocument } from '../../../rule/aws/ssm-automation.ts';
import {
  align,
  type Check,
  conclude,
  type Finding,
  readAll,
  redeploy,
  waitAMinute,
  warning,
  wrong,
} from '../check.ts';

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
  if (content === expected) return true;
  try {
    return isDeepStrictEqual(parse(content), parse(expected));
  } catch {
    return false;
  }
}
