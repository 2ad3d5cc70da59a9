import {
  GetParameterCommand,
  ListTagsForResourceCommand,
  type ParameterHistory,
  paginateDescribeParameters,
  paginateGetParameterHistory,
  paginateGetParametersByPath,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { type Instant, millisecondsPerDay } from '../core/instant.ts';
import { marks, pauseParameter, recordsPath, restoredPrefix } from '../core/names.ts';
import type { Brakes } from '../core/revocation-plan.ts';
import { checkRecord, type RecordCheck, type RecordOwner } from '../formats/record-codec.ts';
import { callAws, hasAwsCode, present } from './call.ts';

/** What readPauseSwitch calls. */
export const readPauseSwitchActions = ['ssm:GetParameter'] as const;

/** The switch that stops every revocation, while it is there. */
export interface PauseSwitch {
  /** When it was set; null where AWS does not say. */
  readonly setAt: Instant | null;
}

/**
 * Takes an SSM client. Gives back the switch, or null where it is not set. Its value does not matter, and may
 * be none of our business. Throws AwsError.
 */
export async function readPauseSwitch(ssm: SSMClient): Promise<PauseSwitch | null> {
  try {
    const { Parameter } = await callAws(readPauseSwitchActions[0], () =>
      ssm.send(new GetParameterCommand({ Name: pauseParameter })),
    );
    return { setAt: Parameter?.LastModifiedDate?.getTime() ?? null };
  } catch (error) {
    if (hasAwsCode(error, 'ParameterNotFound')) return null;
    throw error;
  }
}

const describeAction = 'ssm:DescribeParameters';

/** What readBrakes calls. */
export const readBrakesActions = [...readPauseSwitchActions, describeAction] as const;

/**
 * Takes an SSM client, and the instant of the plan. Gives back the switches that stop every revocation.
 * Records are counted whoever wrote them: a brake holds rather than not. Throws AwsError.
 */
export async function readBrakes(ssm: SSMClient, now: Instant): Promise<Brakes> {
  if ((await readPauseSwitch(ssm)) !== null) return { paused: true, recentRecords: 0 };
  const recentRecords = await callAws(describeAction, async () => {
    let recent = 0;
    const pages = paginateDescribeParameters(
      { client: ssm, pageSize: 50 },
      { ParameterFilters: [{ Key: 'Path', Option: 'Recursive', Values: [recordsPath] }] },
    );
    for await (const { Parameters } of pages) {
      for (const parameter of present(Parameters, 'Parameters', describeAction)) {
        const writtenAt = present(parameter.LastModifiedDate, 'LastModifiedDate', describeAction);
        if (now - writtenAt.getTime() < millisecondsPerDay) recent += 1;
      }
    }
    return recent;
  });
  return { paused: false, recentRecords };
}

const listAction = 'ssm:GetParametersByPath';
const historyAction = 'ssm:GetParameterHistory';
const tagsAction = 'ssm:ListTagsForResource';

/** What listRecordNames calls. */
export const listRecordNamesActions = [listAction] as const;
/** What readRecord calls. */
export const readRecordActions = [historyAction, tagsAction] as const;

/** A record that is not marked as restored, with what the check of it says. */
export interface FoundRecord {
  readonly name: string;
  /** Whether it is marked as carried out. */
  readonly applied: boolean;
  /** The credentials it is marked as having restored: `password`, or a key's ID. */
  readonly restored: ReadonlySet<string>;
  readonly check: RecordCheck;
}

/** Takes an SSM client and a user's unique ID, or null for all users. Gives back the names of all records. Throws AwsError. */
export function listRecordNames(ssm: SSMClient, userId: string | null): Promise<string[]> {
  const Path = userId === null ? recordsPath : `${recordsPath}/${userId}`;
  return callAws(listAction, async () => {
    const names: string[] = [];
    const pages = paginateGetParametersByPath(
      { client: ssm, pageSize: 10 },
      { Path, Recursive: true },
    );
    for await (const { Parameters } of pages) {
      const found = present(Parameters, 'Parameters', listAction);
      names.push(...found.map(({ Name }) => present(Name, 'Name', listAction)));
    }
    return names;
  });
}

/**
 * Takes an SSM client, a record's name, and whose it must be. Gives back the record, with what the check of
 * it says; null when it is marked as restored, or gone. Throws AwsError.
 */
export async function readRecord(
  ssm: SSMClient,
  name: string,
  owner: RecordOwner,
): Promise<FoundRecord | null> {
  try {
    const tags = await readTags(ssm, name);
    if (tags.has(marks.restored)) return null;
    const versions = await readHistory(ssm, name);
    return {
      name,
      applied: tags.has(marks.applied),
      restored: restoredBy(tags),
      check: checkRecord({ name, versions }, owner),
    };
  } catch (error) {
    if (hasAwsCode(error, 'InvalidResourceId', 'ParameterNotFound')) return null;
    throw error;
  }
}

function restoredBy(tags: ReadonlySet<string>): Set<string> {
  const own = [...tags].filter((tag) => tag.startsWith(restoredPrefix));
  return new Set(own.map((tag) => tag.slice(restoredPrefix.length)));
}

async function readTags(ssm: SSMClient, name: string): Promise<Set<string>> {
  const answer = await callAws(tagsAction, () =>
    ssm.send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: name })),
  );
  return new Set((answer.TagList ?? []).map(({ Key }) => Key ?? ''));
}

function readHistory(ssm: SSMClient, name: string) {
  return callAws(historyAction, async () => {
    const history: ParameterHistory[] = [];
    const pages = paginateGetParameterHistory({ client: ssm, pageSize: 50 }, { Name: name });
    for await (const { Parameters } of pages) {
      history.push(...present(Parameters, 'Parameters', historyAction));
    }
    return history.map((version) => ({
      version: present(version.Version, 'Version', historyAction),
      value: version.Value ?? '',
      writer: version.LastModifiedUser ?? 'unknown',
    }));
  });
}
