import { expect, it } from 'vitest';
import {
  accountType,
  goneVerdict,
  nothingToReport,
  resourceType,
  toEvaluation,
} from '../../../rule/formats/evaluation.ts';
import { now } from '../../builders/account.ts';

it.each([
  [
    'a user by their unique ID',
    toEvaluation(resourceType, 'AIDA1', { compliance: 'COMPLIANT', annotation: 'a' }, now),
    ['AWS::IAM::User', 'AIDA1', 'COMPLIANT', 'a'],
  ],
  [
    'a user who was deleted',
    toEvaluation(resourceType, 'AIDA1', goneVerdict(now), now),
    ['AWS::IAM::User', 'AIDA1', 'NOT_APPLICABLE', 'user no longer exists (2026-11-21)'],
  ],
  [
    'an account without results, which AWS Config takes under this type',
    toEvaluation(accountType, '123456789012', nothingToReport, now),
    [
      ...['AWS::::Account', '123456789012', 'NOT_APPLICABLE'],
      'this evaluation has no result for an IAM user',
    ],
  ],
])('an evaluation is of %s', (_, evaluation, [type, id, compliance, annotation]) => {
  expect(evaluation).toEqual({
    ...{ ComplianceResourceType: type, ComplianceResourceId: id },
    ...{ ComplianceType: compliance, Annotation: annotation },
    OrderingTimestamp: new Date('2026-11-21T06:30:00Z'),
  });
});
