import pMap from 'p-map';
import { type ListedRecord, listRecords } from '../../../rule/aws/earlier-records.ts';
import { readRecord } from '../../../rule/aws/ssm-parameters.ts';
import { parseRecordName } from '../../../rule/core/names.ts';
import {
  type Check,
  conclude,
  type Finding,
  inCommand,
  unchecked,
  warning,
  wrong,
} from '../check.ts';

/** What is below the records' path. */
interface Records {
  readonly count: number;
  /** How many of the newest were checked; null if no response names the account, whose roles must have written them. */
  readonly checked: number | null;
  readonly foreign: readonly { readonly name: string; readonly writer: string }[];
}

/** Parameter Store holds this many standard parameters in an account and Region. */
const quota = 10_000;
/** Above this share of the quota, there is time to delete old records. */
const warnAbove = 0.8;
/** The newest records are checked, because they count for the limit of revocations a day. */
const mostChecked = 50;
const concurrency = 4;

/** Checks how many records there are, and that this project wrote them. */
export const records: Check<Records> = {
  id: 'records',
  read: async ({ clients: { ssm }, location, region }) => {
    const parameters = await listRecords(ssm);
    const place = await location();
    if (place === null) {
      return { count: parameters.length, checked: parameters.length === 0 ? 0 : null, foreign: [] };
    }
    const { partition, accountId } = place;
    const newest = parameters.toSorted(byAge).slice(0, mostChecked);
    const found = await pMap(
      newest,
      async ({ name }) => {
        const { userId } = parseRecordName(name);
        return readRecord(ssm, name, { partition, accountId, region, userId });
      },
      { concurrency },
    );
    const foreign = found.flatMap((record) => {
      if (record === null || record.check.genuine) return [];
      return [{ name: record.name, writer: record.check.writer }];
    });
    return { count: parameters.length, checked: newest.length, foreign };
  },
  judge: ({ count, checked, foreign }) => {
    const faults: Finding[] = [];
    if (checked === null) {
      const finding = 'no response from AWS names the account, whose roles write the records';
      faults.push(unchecked(finding, 'fix the other checks first'));
    }
    const [first] = foreign;
    if (first !== undefined) {
      const named = foreign.map(({ name, writer }) => `${name} (written by ${writer})`).join(', ');
      faults.push(
        wrong(
          `below the path of the records, not written by this project: ${named}`,
          `find out who wrote it, then aws ssm delete-parameter --name ${inCommand(first.name)}`,
        ),
      );
    }
    if (count > quota * warnAbove) {
      faults.push(
        warning(
          `${count} records; Parameter Store holds ${quota} standard parameters, and more cost money`,
          'delete records that are tagged restored and older than a year (docs/operations.md, Records)',
        ),
      );
    }
    return conclude(faults, `${count} records; this project wrote the newest ${checked}`);
  },
};

function byAge(one: ListedRecord, other: ListedRecord): number {
  return other.writtenAt - one.writtenAt;
}
