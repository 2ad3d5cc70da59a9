import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import { connect } from '../../aws/clients.ts';
import { systemClock } from '../../clock.ts';
import { defaultOwnerTag } from '../../core/owner.ts';
import { parsePasswords } from '../../formats/messages.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { openEventBus } from '../event-bus.ts';
import type { LambdaContext } from '../invocation.ts';
import { jsonLog, writeLine } from '../log.ts';
import { openTopic } from '../topic.ts';
import { planRevocation } from './plan-revocation.ts';

const clients = connect({ iam: IAMClient, config: ConfigServiceClient, ssm: SSMClient });
const log = jsonLog(writeLine);
const topic = openTopic(process.env['NOTIFICATION_TOPIC_ARN'], clients.requests);
const bus = openEventBus(clients.requests);
const ownerTag = process.env['OWNER_TAG'] ?? defaultOwnerTag;

const passwords = parsePasswords(process.env['PASSWORDS']);

/** The entry point of the function unused-iam-credentials-plan-revocation. */
export const handler = (event: unknown, context: LambdaContext): Promise<Answer> =>
  planRevocation(event, context, {
    ...{ ...clients, clock: systemClock, log, topic, bus, passwords, ownerTag },
    limits: process.env['REVOCATION_LIMITS'],
    ruleParameters: process.env['RULE_PARAMETERS'],
  });
