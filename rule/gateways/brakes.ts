import { paginateDescribeParameters, type SSMClient } from '@aws-sdk/client-ssm';
import { type Instant, millisecondsPerDay } from '../core/instant.ts';
import { recordsPath } from '../core/names.ts';
import type { Brakes } from '../core/revocation-plan.ts';
import { callAws, present } from './call-aws.ts';
import { readPauseSwitch, readPauseSwitchActions } from './pause-switch.ts';

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
