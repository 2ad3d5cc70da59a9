import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import { connect } from '../../aws/clients.ts';
import { systemClock } from '../../clock.ts';
import { defaultOwnerTag } from '../../core/owner.ts';
import { parseOperatorArns } from '../../formats/automation-history.ts';
import type { Answer } from '../../formats/revocation-answer.ts';
import { openEventBus } from '../event-bus.ts';
import type { LambdaContext } from '../invocation.ts';
import { jsonLog, writeLine } from '../log.ts';
import { openTopic } from '../topic.ts';
import { restorePermissions } from './restore-permissions.ts';

const clients = connect({ iam: IAMClient, config: ConfigServiceClient, ssm: SSMClient });
const log = jsonLog(writeLine);
const topic = openTopic(process.env['NOTIFICATION_TOPIC_ARN'], clients.requests);
const bus = openEventBus(clients.requests);
const ownerTag = process.env['OWNER_TAG'] ?? defaultOwnerTag;
const operatorArns = parseOperatorArns(process.env['RESTORE_OPERATOR_ARNS']);

/** The entry point of the function unused-iam-credentials-restore-permissions; see restorePermissions. */
export const handler = (event: unknown, context: LambdaContext): Promise<Answer> =>
  restorePermissions(event, context, {
    ...{ ...clients, clock: systemClock },
    ...{ log, topic, bus, operatorArns, ownerTag },
  });
