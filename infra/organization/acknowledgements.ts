import { type Acknowledgement, inFinding, noPasswords } from '../shared/acknowledge.ts';
import { aggregatorPolicyArn } from './aggregator.ts';

/** What is left as it is in the organization stack. */
export const organizationAcknowledgements: readonly Acknowledgement[] = [
  {
    id: `AwsSolutions-IAM4[Policy::${inFinding(aggregatorPolicyArn)}]`,
    reason:
      'AWS keeps this policy for aggregators, and documents that the role has it. It reads the list of accounts.',
  },
  noPasswords,
];
