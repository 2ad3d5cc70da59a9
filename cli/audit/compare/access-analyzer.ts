import * as v from 'valibot';
import { splitArn } from '../../../rule/core/arns.ts';
import { instant, text } from '../../../rule/formats/fields.ts';
import { aboutOf, check, type Finding, type FindingOrOther, userArn } from './finding.ts';

/** FindingSummaryV2 of ListFindingsV2, and the output of GetFindingV2. */
const accessAnalyzer = v.object({
  id: v.optional(v.string()),
  findingType: v.optional(v.string()),
  resource: v.optional(v.string()),
  resourceOwnerAccount: v.optional(v.string()),
  status: v.picklist(['ACTIVE', 'ARCHIVED', 'RESOLVED']),
  updatedAt: v.optional(instant),
  findingDetails: v.optional(
    v.array(
      v.object({
        unusedIamUserAccessKeyDetails: v.optional(
          v.object({ accessKeyId: text, lastAccessed: v.optional(instant) }),
        ),
        unusedIamUserPasswordDetails: v.optional(v.object({ lastAccessed: v.optional(instant) })),
      }),
    ),
  ),
});

/** Reads a finding of IAM Access Analyzer. Throws FileError. */
export function fromAccessAnalyzer(value: unknown, where: string): FindingOrOther {
  const element = check(accessAnalyzer, value, where);
  const { findingType = '', resource = '', updatedAt = null, findingDetails = [] } = element;
  const accountId = element.resourceOwnerAccount ?? splitArn(resource).accountId;
  const key = findingDetails.flatMap((detail) => detail.unusedIamUserAccessKeyDetails ?? [])[0];
  const password = findingDetails.flatMap((detail) => detail.unusedIamUserPasswordDetails ?? [])[0];
  const about = aboutOf([findingType]) ?? (key && 'access-key') ?? (password && 'password');
  if (about === undefined) return { accountId, finding: null };
  const details = about === 'password' ? password : key;
  const states = { ACTIVE: 'active', ARCHIVED: 'archived', RESOLVED: 'resolved' } as const;
  const finding: Finding = {
    source: 'access-analyzer',
    about,
    findingId: element.id ?? null,
    arn: userArn(resource, `${where}: resource`),
    accessKeyId: about === 'access-key' ? (key?.accessKeyId ?? null) : null,
    state: states[element.status],
    lastUsed: details === undefined ? null : (details.lastAccessed ?? 'never'),
    limitDays: null,
    updatedAt,
  };
  return { accountId, finding };
}
