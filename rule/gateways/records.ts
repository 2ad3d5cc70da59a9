import {
  ListTagsForResourceCommand,
  type ParameterHistory,
  paginateGetParameterHistory,
  paginateGetParametersByPath,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { marks, recordsPath, restoredPrefix } from '../core/names.ts';
import { checkRecord, type RecordCheck, type RecordOwner } from '../formats/genuine-record.ts';
import { callAws, hasAwsCode, present } from './call-aws.ts';

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
  /** What it is marked as having given back: `password`, or a key's ID. */
  readonly givenBack: ReadonlySet<string>;
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
      givenBack: givenBackBy(tags),
      check: checkRecord({ name, versions }, owner),
    };
  } catch (error) {
    if (hasAwsCode(error, 'InvalidResourceId', 'ParameterNotFound')) return null;
    throw error;
  }
}

function givenBackBy(tags: ReadonlySet<string>): Set<string> {
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
