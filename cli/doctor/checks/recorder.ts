import { type Recorder, readRecorder } from '../../../rule/aws/config-rule.ts';
import { type Check, conclude, type Finding, inCommand, warning, wrong } from '../check.ts';

const iamUser = 'AWS::IAM::User';
const settings = 'AWS Config → Settings → Edit';

/** Checks that the recorder records IAM users, so that AWS Config sees new users and changed tags. */
export const recorder: Check<Recorder | null> = {
  id: 'recorder',
  read: ({ clients }) => readRecorder(clients.config),
  judge: (found) => {
    if (found === null) {
      return wrong('AWS Config has no recorder in this Region', 'AWS Config → Settings → Set up');
    }
    const { name = 'default', recording, lastStatus, lastErrorMessage } = found;
    const faults: Finding[] = [];
    if (recording !== true) {
      const start = `aws configservice start-configuration-recorder --configuration-recorder-name ${inCommand(name)}`;
      faults.push(wrong(`the recorder ${name} is stopped`, start));
    }
    if (lastStatus === 'Failure') {
      const why = lastErrorMessage === undefined ? '' : `: ${lastErrorMessage}`;
      faults.push(
        wrong(`the recorder failed${why}`, 'check its role and bucket in AWS Config → Settings'),
      );
    }
    if (!isRecorded(found)) {
      const remedy = `${settings}: record AWS IAM User (global resource types)`;
      faults.push(wrong(`the recorder does not record ${iamUser}`, remedy));
    } else if (isDaily(found)) {
      const finding = `the recorder records ${iamUser} once a day, so AWS Config sees changes a day late`;
      faults.push(warning(finding, `${settings}: continuous recording for AWS IAM User`));
    }
    return conclude(faults, `the recorder ${name} records ${iamUser}`);
  },
};

function isRecorded({ recordingGroup: group }: Recorder): boolean {
  // AWS may omit the strategy if the other members imply it.
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
