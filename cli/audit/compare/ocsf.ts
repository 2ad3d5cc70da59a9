import * as v from 'valibot';
import { parseUserArn, splitArn } from '../../../rule/core/arns.ts';
import {
  aboutOf,
  check,
  controlLimits,
  type Finding,
  type FindingOrOther,
  keyIdOf,
  userArn,
} from './finding.ts';

/** Milliseconds since 1970, within the range of JavaScript dates. */
const time = v.pipe(v.number(), v.integer(), v.minValue(-8.64e15), v.maxValue(8.64e15));

const credential = v.object({ uid: v.string(), last_used_time: v.optional(time) });
/** The parts of a finding that matter here. */
const ocsf = v.object({
  status_id: v.optional(v.number()),
  finding_info: v.object({
    uid: v.optional(v.string(), ''),
    title: v.optional(v.string(), ''),
    types: v.optional(v.array(v.string()), []),
    modified_time: v.optional(time),
  }),
  compliance: v.optional(
    v.object({
      control: v.optional(v.string(), ''),
      status: v.optional(v.string(), ''),
      status_id: v.optional(v.number()),
    }),
  ),
  cloud: v.optional(v.object({ account: v.optional(v.object({ uid: v.optional(v.string()) })) })),
  resources: v.optional(
    v.array(
      v.object({
        uid: v.optional(v.string(), ''),
        user: v.optional(v.object({ programmatic_credentials: v.optional(v.array(credential)) })),
      }),
    ),
    [],
  ),
});

/** Reads a finding of Security Hub in the form of the Open Cybersecurity Schema Framework. Throws FileError. */
export function fromOcsf(value: unknown, where: string): FindingOrOther {
  const element = check(ocsf, value, where);
  const { finding_info: info, compliance, resources } = element;
  const found = resources.find(({ uid }) => parseUserArn(uid) !== null);
  const accountId =
    found === undefined ? (element.cloud?.account?.uid ?? '') : splitArn(found.uid).accountId;
  const about = aboutOf([...info.types, info.title]);
  const limitDays = controlLimits.get(compliance?.control ?? '') ?? null;
  const isPassed = compliance?.status_id === 1 || /^pass/iu.test(compliance?.status ?? '');
  const isFailed = compliance?.status_id === 3 || /^fail/iu.test(compliance?.status ?? '');
  // A control that passed for an account as a whole says nothing of any user.
  const isOfUser = (isPassed && found !== undefined) || isFailed;
  if (about === undefined && !(limitDays !== null && isOfUser)) return { accountId, finding: null };
  const keys = found?.user?.programmatic_credentials ?? [];
  const [key] = about === 'access-key' && keys.length === 1 ? keys : [];
  const finding: Finding = {
    source: 'security-hub',
    about: about ?? 'credentials',
    findingId: null,
    arn: userArn(found?.uid ?? resources[0]?.uid ?? '', `${where}: resources`),
    accessKeyId: about === 'access-key' ? (key?.uid ?? keyIdOf([], info.uid)) : null,
    state: about === undefined && isPassed ? 'passed' : stateOfOcsf(element.status_id),
    lastUsed: key?.last_used_time ?? null,
    limitDays,
    updatedAt: info.modified_time ?? null,
  };
  return { accountId, finding };
}

/** The status of a finding: 3 suppressed, 4 resolved, 5 archived, 6 deleted. */
function stateOfOcsf(statusId: number | undefined): Finding['state'] {
  if (statusId === 3 || statusId === 5) return 'archived';
  return statusId === 4 || statusId === 6 ? 'resolved' : 'active';
}
