import { contentHash } from '../../../remediation-docs/documents.ts';
import type { RemediationConfiguration, RuleLocation } from '../../../rule/aws/config-rule.ts';
import { automationRoleArn, documentNames, prefix } from '../../../rule/core/names.ts';
import { revokeDocumentOptions } from '../../revoke/command.ts';
import { align, conclude, type Finding, redeploy, unchecked, wrong } from '../finding.ts';

/**
 * Takes the rule's remediation (null for none), the rule's name, where this is (null where that is unknown), and
 * the text of the document that revokes. Gives back whether AWS Config starts that document for a NON_COMPLIANT
 * user as it should, and whether by itself, which is for the owner to choose.
 */
export function judgeRemediation(
  remediation: RemediationConfiguration | null,
  ruleName: string,
  location: RuleLocation | null,
  document: string,
): Finding {
  if (remediation === null) return wrong(`the rule ${ruleName} has no remediation`, redeploy);
  if (location === null) return unchecked('no answer of AWS tells the account');
  const { targetId, automatic, parameters } = remediation;
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
  // The document takes the rule of this name where it is told none.
  const rule = parameters.get('ConfigRuleName')?.text ?? prefix;
  demand(rule === ruleName, `ConfigRuleName is ${rule}, not ${ruleName}`);
  for (const { parameter, accepts, valid } of Object.values(revokeDocumentOptions)) {
    const value = parameters.get(parameter);
    demand(
      value === undefined || (value.kind === 'static' && accepts(value.text)),
      `${parameter} is ${JSON.stringify(value?.text)}; expected ${valid}: every execution would fail`,
    );
  }
  const dryRun = parameters.get('DryRun')?.text ?? 'false';
  demand(dryRun === 'false', `DryRun is ${dryRun}: nothing would ever be revoked`);
  const hash = contentHash(document);
  demand(
    shown('ContentHash') === hash,
    `ContentHash is ${shown('ContentHash')}, not ${hash} of this version, so that AWS Config may start an older document`,
    align,
  );
  return conclude(
    faults,
    automatic
      ? `AWS Config starts ${targetId} by itself (automatic remediation is on)`
      : `somebody has to start ${targetId} (automatic remediation is off)`,
  );
}
