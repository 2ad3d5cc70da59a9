import { type Acknowledgement, noPasswords, resource } from '../shared/acknowledge.ts';
import * as arns from './permissions.ts';

/** The findings that stay in the account stack. A test fails for an entry without a finding. */
export const accountAcknowledgements: readonly Acknowledgement[] = [
  resource(
    arns.unnameable,
    'Actions for which the service defines no resource: a test names each. Only PutEvaluations changes anything.',
  ),
  resource(
    arns.users,
    'The rule and the documents apply to every user of the account. Tags, paths and limits exempt users.',
  ),
  resource(arns.configRules, 'The ARN of a rule contains an ID that AWS Config generates.'),
  resource(arns.records, 'Every revocation of every user has its own record.'),
  resource(arns.executions, 'The ARN of an execution contains only a generated ID.'),
  resource(arns.secrets, 'Every issued password has its own secret, named after the revocation.'),
  {
    id: 'CloudFormation-Validate::W1030',
    reason: 'CentralEventBusArn is empty only if a condition omits the rules that use it.',
  },
  noPasswords,
];
