import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { connect } from '../../aws/clients.ts';
import { systemClock } from '../../clock.ts';
import { prefix } from '../../core/names.ts';
import { defaultOwnerTag } from '../../core/owner.ts';
import { parseOperatorArns } from '../../formats/automation-history.ts';
import { parsePasswords } from '../../formats/messages.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { openEventBus } from '../event-bus.ts';
import type { LambdaContext } from '../invocation.ts';
import { jsonLog, writeLine } from '../log.ts';
import { openTopic } from '../topic.ts';
import type { RestorationSettings } from './make-plan.ts';
import { planRestoration } from './plan-restoration.ts';

const clients = connect({
  iam: IAMClient,
  config: ConfigServiceClient,
  ssm: SSMClient,
  secrets: SecretsManagerClient,
});
const log = jsonLog(writeLine);
const topic = openTopic(process.env['NOTIFICATION_TOPIC_ARN'], clients.requests);
const bus = openEventBus(clients.requests);
const ownerTag = process.env['OWNER_TAG'] ?? defaultOwnerTag;

const settings: RestorationSettings = {
  ruleName: process.env['CONFIG_RULE_NAME'] ?? prefix,
  operatorArns: parseOperatorArns(process.env['RESTORE_OPERATOR_ARNS']),
  passwords: parsePasswords(process.env['PASSWORDS']),
};

/** The entry point of the function unused-iam-credentials-plan-restoration. */
export const handler = (event: unknown, context: LambdaContext): Promise<Answer> =>
  planRestoration(event, context, {
    ...{ ...clients, clock: systemClock, log, topic, bus, settings, ownerTag },
    ruleParameters: process.env['RULE_PARAMETERS'],
  });
