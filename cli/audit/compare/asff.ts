import * as v from 'valibot';
import { parseUserArn, splitArn } from '../../../rule/core/arns.ts';
import { type Instant, parseInstant } from '../../../rule/core/instant.ts';
import { instant } from '../../../rule/formats/fields.ts';
import {
  aboutOf,
  check,
  controlLimits,
  type Finding,
  type FindingOrOther,
  keyIdOf,
  userArn,
} from './finding.ts';

/** The parts of the AWS Security Finding Format that matter here. */
const asff = v.object({
  AwsAccountId: v.optional(v.string(), ''),
  GeneratorId: v.optional(v.string(), ''),
  Id: v.optional(v.string(), ''),
  Types: v.optional(v.array(v.string()), []),
  RecordState: v.optional(v.string()),
  Workflow: v.optional(v.object({ Status: v.optional(v.string()) })),
  Compliance: v.optional(
    v.object({ Status: v.optional(v.string()), SecurityControlId: v.optional(v.string()) }),
  ),
  UpdatedAt: v.optional(instant),
  ProductFields: v.optional(v.record(v.string(), v.string()), {}),
  Resources: v.array(
    v.object({
      Id: v.string(),
      Details: v.optional(v.object({ Other: v.optional(v.record(v.string(), v.string())) })),
    }),
  ),
});

/** Reads a finding of Security Hub in the AWS Security Finding Format. Throws FileError. */
export function fromAsff(value: unknown, where: string): FindingOrOther {
  const element = check(asff, value, where);
  const { ProductFields: fields, Resources: resources, UpdatedAt: updatedAt = null } = element;
  const arn = resources.map(({ Id }) => Id).find((id) => parseUserArn(id) !== null);
  const accountId = arn === undefined ? element.AwsAccountId : splitArn(arn).accountId;
  const about = aboutOf([...element.Types, fields['findingType'] ?? '']);
  const control = element.Compliance?.SecurityControlId ?? element.GeneratorId.split('/').at(-1);
  const limitDays = controlLimits.get(control ?? '') ?? null;
  // With findings for each standard, the control has the standard's name; the Config rule's name is the same.
  const isControl =
    limitDays !== null ||
    Object.values(fields).some((name) => name.includes('iam-user-unused-credentials-check'));
  const compliance = element.Compliance?.Status;
  const isPassed = compliance === 'PASSED';
  // A control that passed for an account as a whole says nothing of any user.
  const isOfUser = (isPassed && arn !== undefined) || compliance === 'FAILED';
  if (about === undefined && !(isControl && isOfUser)) return { accountId, finding: null };
  const others = resources.flatMap(({ Details }) => Object.entries(Details?.Other ?? {}));
  const named = [...Object.entries(fields), ...others];
  const finding: Finding = {
    source: 'security-hub',
    about: about ?? 'credentials',
    findingId: null,
    arn: userArn(arn ?? resources[0]?.Id ?? '', `${where}: Resources`),
    accessKeyId: about === 'access-key' ? keyIdOf(named, element.Id) : null,
    state: stateOfAsff(element, isPassed),
    lastUsed: lastUsedOf(named),
    limitDays,
    updatedAt,
  };
  return { accountId, finding };
}

function stateOfAsff(
  { RecordState, Workflow }: v.InferOutput<typeof asff>,
  isPassed: boolean,
): Finding['state'] {
  if (isPassed) return 'passed';
  if (Workflow?.Status === 'SUPPRESSED') return 'archived';
  return RecordState === 'ARCHIVED' || Workflow?.Status === 'RESOLVED' ? 'resolved' : 'active';
}

function lastUsedOf(fields: readonly (readonly [name: string, value: string])[]): Instant | null {
  const named = fields.find(([name]) => /last[ _-]?(?:used|accessed)/iu.test(name));
  return parseInstant(named?.[1] ?? '') ?? null;
}
