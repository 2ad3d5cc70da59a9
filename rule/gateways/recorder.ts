import {
  type ConfigServiceClient,
  type ConfigurationRecorder,
  type ConfigurationRecorderStatus,
  DescribeConfigurationRecorderStatusCommand,
  DescribeConfigurationRecordersCommand,
} from '@aws-sdk/client-config-service';
import { callAws } from './call-aws.ts';

/** What readRecorder calls. */
export const readRecorderActions = [
  'config:DescribeConfigurationRecorders',
  'config:DescribeConfigurationRecorderStatus',
] as const;
const [recordersAction, statusAction] = readRecorderActions;

/** What AWS Config records, and whether it does. */
export interface Recorder
  extends Pick<ConfigurationRecorder, 'name' | 'recordingGroup' | 'recordingMode'>,
    Pick<ConfigurationRecorderStatus, 'recording' | 'lastStatus' | 'lastErrorMessage'> {}

/**
 * Takes a Config client. Gives back the account's own recorder in this Region, of which there is at most one, or
 * null. Recorders of other services record for those services only. Throws AwsError.
 */
export async function readRecorder(config: ConfigServiceClient): Promise<Recorder | null> {
  const { ConfigurationRecorders = [] } = await callAws(recordersAction, () =>
    config.send(new DescribeConfigurationRecordersCommand({})),
  );
  const own = ConfigurationRecorders.find((recorder) => recorder.servicePrincipal === undefined);
  if (own === undefined) return null;
  const { ConfigurationRecordersStatus = [] } = await callAws(statusAction, () =>
    config.send(new DescribeConfigurationRecorderStatusCommand({})),
  );
  const status = ConfigurationRecordersStatus.find(({ name }) => name === own.name);
  const { name, recordingGroup, recordingMode } = own;
  const { recording, lastStatus, lastErrorMessage } = status ?? {};
  return { name, recordingGroup, recordingMode, recording, lastStatus, lastErrorMessage };
}
