import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Instant } from '../core/instant.ts';
import { pauseParameter } from '../core/names.ts';
import { callAws, hasAwsCode } from './call-aws.ts';

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
