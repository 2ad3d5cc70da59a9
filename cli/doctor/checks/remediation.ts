import { contentHash } from '../../../remediation-docs/documents.ts';
import type { RemediationConfiguration, RuleLocation } from '../../../rule/aws/config-rule.ts';
import { automationRoleArn, documentNames, prefix } from '../../../rule/core/names.ts';
import { revokeDocumentOptions } from '../../revoke/options.ts';
import {
  align,
  type Check,
  conclude,
  type Finding,
  readAll,
  redeploy,
  unchecked,
  wrong,
} from '../check.ts';

interface Remediation {
  /** Null if the rule has none. */
  readonly configured: RemediationConfiguration | null;
  readonly location: RuleLocation | null;
  /** The text of the document that this version deploys. */
  readonly document: string;
}

/** Checks that AWS Config starts this version's document with parameters that the document accepts. */
export const remediation: Check<Remediation> = {
  id: 'remediation',
  read: async (sources) => {
    const [{ documents }, configured] = await readAll(sources.build(), sources.remediation());
    const document = documents.get(documentNames.revoke) ?? '';
    return { document, configured, location: await sources.location() };
  },
  judge: (found, { ruleName }) => judge(found, ruleName),
};

function judge({ configured, location, document }: Remediation, ruleName: string): Finding {
  if (configured === null) return wrong(`the rule ${ruleName} has no remediation`, redeploy);
  if (location === null) return unchecked('no answer from AWS names the account');
  const { targetId, automatic, parameters } = configured;
  const faults: Finding[] = [];
  const demand = (holds: boolean, otherwise: string, remedy = redeploy) => {
    if (!holds) faults.push(wrong(otherwise, remedy));
  };
  const shown = (name: string) => parameters.get(name)?.text ?? 'not given';

  demand(targetId === documentNames.revoke, `it starts ${targetId}, not ${documentNames.revoke}`);
  const resource = parameters.get('IAMResourceId');
  demand(
    resource?.kind === 'resource' && resource.text === 'RESOURCE_ID',
    `IAMResourceId is ${shown('IAMResourceId')}, not the resource's ID`,
  );
  const role = automationRoleArn(documentNames.revoke, location);
  const given = shown('AutomationAssumeRole');
  demand(given === role, `AutomationAssumeRole is ${given}, not ${role}`);
  // The document's default is the rule of this name.
  const rule = parameters.get('ConfigRuleName')?.text ?? prefix;
  demand(rule === ruleName, `ConfigRuleName is ${rule}, not ${ruleName}`);
  for (const { parameter, accepts, expected } of Object.values(revokeDocumentOptions)) {
    const value = parameters.get(parameter);
    demand(
      value === undefined || (value.kind === 'static' && accepts(value.text)),
      `${parameter} is ${JSON.stringify(value?.text)}; expected ${expected}. Every execution would fail`,
    );
  }
  const dryRun = parameters.get('DryRun')?.text ?? 'false';
  demand(dryRun === 'false', `DryRun is ${dryRun}: nothing would ever be revoked`);
  const hash = contentHash(document);
  demand(
    shown('ContentHash') === hash,
    `ContentHash is ${shown('ContentHash')}, not ${hash} of this version; AWS Config may start an older document`,
    align,
  );
  return conclude(
    faults,
    automatic
      ? `AWS Config starts ${targetId} automatically (automatic remediation is on)`
      : `${targetId} must be started by hand (automatic remediation is off)`,
  );
}
