import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { connect } from '../../aws/clients.ts';
import { systemClock } from '../../clock.ts';
import type { ReportingOptions } from '../../core/earlier-results.ts';
import { prefix } from '../../core/names.ts';
import { defaultOwnerTag } from '../../core/owner.ts';
import { openEventBus } from '../event-bus.ts';
import type { LambdaContext } from '../invocation.ts';
import { jsonLog, writeLine } from '../log.ts';
import { openTopic } from '../topic.ts';
import { type EvaluationResult, evaluateEvent } from './evaluate.ts';

/** Local runners may leave Lambda's context out. */
const remainingWithoutContext = 60_000;

// Created once for the lifetime of the function's environment, so connections are kept between events.
const clients = connect({ iam: IAMClient, config: ConfigServiceClient });
const log = jsonLog(writeLine);
const deployedRule = process.env['CONFIG_RULE_NAME'] ?? prefix;
const reporting = readReportingOptions(
  process.env['REPORT_UNCHANGED'],
  process.env['AUTOMATIC_REMEDIATION'],
);
const topic = openTopic(process.env['NOTIFICATION_TOPIC_ARN'], clients.requests);
const bus = openEventBus(clients.requests);
const region = process.env['AWS_REGION'] ?? 'unknown';
const ownerTag = process.env['OWNER_TAG'] ?? defaultOwnerTag;
const digestPerOwner = process.env['DIGEST_PER_OWNER'] === 'true';
const warningDays = readWarningDays(process.env['WARNING_DAYS']);

/**
 * The entry point of the rule's Lambda function; see evaluateEvent. After a scheduled run of the rule in
 * CONFIG_RULE_NAME it also notifies the topic in NOTIFICATION_TOPIC_ARN about users who are newly NON_COMPLIANT or
 * undecided, and puts an event for each new one.
 */
export const handler = async (
  event: unknown,
  context?: Partial<LambdaContext>,
): Promise<EvaluationResult> => {
  const remaining = context?.getRemainingTimeInMillis?.() ?? remainingWithoutContext;
  return evaluateEvent(event, remaining, {
    ...clients,
    clock: systemClock,
    log,
    deployedRule,
    topic,
    bus,
    reporting,
    ...{ region, ownerTag, digestPerOwner, warningDays },
  });
};

/** Any value that is not a number of days means no warnings. */
function readWarningDays(text: string | undefined): number {
  return /^\d{1,3}$/u.test(text ?? '') ? Number(text) : 0;
}

/** An unknown value means the option that puts the most results. */
function readReportingOptions(
  reportUnchanged = 'Always',
  automaticRemediation = 'true',
): ReportingOptions {
  return {
    reportUnchanged: reportUnchanged === 'Weekly' ? 'Weekly' : 'Always',
    automaticRemediation: automaticRemediation !== 'false',
  };
}
