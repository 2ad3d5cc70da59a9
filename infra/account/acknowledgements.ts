import { type Acknowledgement, noPasswords, resource } from '../shared/acknowledge.ts';
import * as arns from './permissions.ts';

/** What is left as it is in the account stack. A test fails for one that no finding needs. */
export const accountAcknowledgements: readonly Acknowledgement[] = [
  resource(
    arns.unnameable,
    'Actions for which the service defines no resource: a test names each. Only PutEvaluations changes anything.',
  ),
  resource(
    arns.users,
    'The rule judges, and the documents act on, every user of the account; who is spared is said by tags, paths and brakes.',
  ),
  resource(arns.configRules, 'The ARN of a rule carries an ID that the rule gets when it is made.'),
  resource(arns.records, 'Every user and every revocation has a record of its own.'),
  resource(arns.executions, 'The ARN of an execution carries nothing but a generated ID.'),
  resource(arns.secrets, 'Every password that is issued has a secret of its own.'),
  {
    id: 'CloudFormation-Validate::W1030',
    reason: 'CentralEventBusArn has no length only where a condition leaves the rules with it out.',
  },
  noPasswords,
];
