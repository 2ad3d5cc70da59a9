import type { Recorder } from '../../../rule/aws/config-rule.ts';
import { conclude, type Finding, inCommand, warning, wrong } from '../finding.ts';

const iamUser = 'AWS::IAM::User';
const settings = 'AWS Config → Settings → Edit';

/** Takes the recorder (null for none). Gives back whether it records IAM users, by which AWS Config learns of new users and changed tags. */
export function judgeRecorder(recorder: Recorder | null): Finding {
  if (recorder === null) {
    return wrong('AWS Config has no recorder in this Region', 'AWS Config → Settings → Set up');
  }
  const { name = 'default', recording, lastStatus, lastErrorMessage } = recorder;
  const faults: Finding[] = [];
  if (recording !== true) {
    const start = `aws configservice start-configuration-recorder --configuration-recorder-name ${inCommand(name)}`;
    faults.push(wrong(`the recorder ${name} is stopped`, start));
  }
  if (lastStatus === 'Failure') {
    const why = lastErrorMessage === undefined ? '' : `: ${lastErrorMessage}`;
    faults.push(
      wrong(`the recorder failed${why}`, 'see its role and bucket in AWS Config → Settings'),
    );
  }
  if (!isRecorded(recorder)) {
    const remedy = `${settings}: record AWS IAM User (global resource types)`;
    faults.push(wrong(`the recorder leaves out ${iamUser}`, remedy));
  } else if (isDaily(recorder)) {
    const finding = `the recorder looks at ${iamUser} once a day, so that changes are seen a day late`;
    faults.push(warning(finding, `${settings}: continuous recording for AWS IAM User`));
  }
  return conclude(faults, `the recorder ${name} records ${iamUser}`);
}

function isRecorded({ recordingGroup: group }: Recorder): boolean {
  // The strategy may be left out where the other members tell it.
  const strategy = group?.recordingStrategy?.useOnly;
  if (strategy === 'EXCLUSION_BY_RESOURCE_TYPES') {
    return !(group?.exclusionByResourceTypes?.resourceTypes ?? []).includes(iamUser);
  }
  const everything = group?.allSupported === true && group.includeGlobalResourceTypes === true;
  return everything || (group?.resourceTypes ?? []).includes(iamUser);
}

function isDaily({ recordingMode: mode }: Recorder): boolean {
  const own = mode?.recordingModeOverrides?.find(({ resourceTypes }) =>
    resourceTypes?.includes(iamUser),
  );
  return (own ?? mode)?.recordingFrequency === 'DAILY';
}
