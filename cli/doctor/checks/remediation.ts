import * as v from 'valibot';
import { contentHash } from '../../../remediation-docs/content-hash.ts';
import type { RemediationConfiguration, RuleLocation } from '../../../rule/aws/config-rule.ts';
import {
  automationRoleArn,
  documentNames,
  functionNames,
  prefix,
} from '../../../rule/core/names.ts';
import { parseRevocationLimits } from '../../../rule/formats/revocation-limits.ts';
import { revokeDocumentOptions } from '../../revoke/options.ts';
import {
  align,
  type Check,
  conclude,
  type Finding,
  isReadable,
  readAll,
  redeploy,
  revert,
  unchecked,
  wrong,
} from '../check.ts';

interface Remediation {
  /** Null if the rule has none. */
  readonly configured: RemediationConfiguration | null;
  readonly location: RuleLocation | null;
  /** The text of the document that this version deploys. */
  readonly document: string;
  /** JSON of the stack's limits; null if the function plan-revocation does not have it. */
  readonly limits: string | null;
  /** The same from the function plan-retirement. */
  readonly limitsOfRetirement: string | null;
}

/** Checks that AWS Config starts this version's document with parameters that the document accepts. */
export const remediation: Check<Remediation> = {
  id: 'remediation',
  read: async (sources) => {
    const [{ documents }, configured] = await readAll(sources.build(), sources.remediation());
    const document = documents.get(documentNames.revoke) ?? '';
    // The check of the function reports a failure of this read.
    const limitsOf = async (name: string) => {
      const planner = await sources.deployedFunction(name).catch(() => null);
      return planner?.variables.get('REVOCATION_LIMITS') ?? null;
    };
    const limits = await limitsOf(functionNames.planRevocation);
    const limitsOfRetirement = await limitsOf(functionNames.planRetirement);
    const location = await sources.location();
    return { document, configured, limits, limitsOfRetirement, location };
  },
  judge: (found, { ruleName }) => judge(found, ruleName),
};

const texts = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));

/** The document's defaults by parameter. */
const defaults = new Map(
  Object.values(revokeDocumentOptions).map(({ parameter, default: value }) => [parameter, value]),
);

function judge(found: Remediation, ruleName: string): Finding {
  const { configured, location, document, limits, limitsOfRetirement } = found;
  if (configured === null) return wrong(`the rule ${ruleName} has no remediation`, redeploy);
  if (location === null) return unchecked('no response from AWS names the account');
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
  demand(
    isReadable(() => parseRevocationLimits(limits ?? undefined)),
    `the variable REVOCATION_LIMITS of ${functionNames.planRevocation} is not what the stack writes`,
    revert,
  );
  demand(
    limits === null || limitsOfRetirement === null || limitsOfRetirement === limits,
    `the variable REVOCATION_LIMITS of ${functionNames.planRetirement} is not that of ${functionNames.planRevocation}`,
    revert,
  );
  const { success, output } = v.safeParse(texts, limits);
  for (const [name, limit] of Object.entries(success ? output : {})) {
    const value = parameters.get(name)?.text ?? defaults.get(name) ?? 'not given';
    demand(value === limit, `${name} is ${value}, in the stack ${limit}`, revert);
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
