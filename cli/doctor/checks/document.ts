import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { DeployedDocument } from '../../../rule/aws/ssm-automation.ts';
import { align, conclude, type Finding, redeploy, warning, wrong } from '../finding.ts';

/**
 * Takes a document (null for none), its name, and the text that this build deploys. Gives back whether its
 * default version is that, and can be started.
 */
export function judgeDocument(
  deployed: DeployedDocument | null,
  name: string,
  expected: string | undefined,
): Finding {
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
        ? warning(finding, 'wait a minute and run doctor again')
        : wrong(finding, redeploy),
    );
  }
  return conclude(faults, 'the document of this version, active');
}

/** Whether AWS gives back YAML as it got it is not documented, so that what it means is compared. */
function isSame(content: string, expected: string): boolean {
  try {
    return isDeepStrictEqual(parse(content), parse(expected));
  } catch {
    return false;
  }
}
