import { type Acknowledgement, inFinding, noPasswords } from '../shared/acknowledge.ts';
import { aggregatorPolicyArn } from './aggregator.ts';

/** The findings that stay in the organization stack. */
export const organizationAcknowledgements: readonly Acknowledgement[] = [
  {
    id: `AwsSolutions-IAM4[Policy::${inFinding(aggregatorPolicyArn)}]`,
    reason:
      'AWS documents this managed policy for the role of an aggregator. It only reads the list of accounts.',
  },
  noPasswords,
];
