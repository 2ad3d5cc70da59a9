import * as v from 'valibot';
import { ExpectedError, messageOf } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import { instant, text } from './fields.ts';

/** The parts of a configuration item, or of its summary, that an evaluation needs. */
export interface ConfigurationItem {
  readonly resourceType: string;
  readonly resourceId: string;
  /** The user name; an oversized item's summary may lack it. */
  readonly resourceName: string | null;
  readonly arn: string | null;
  readonly status: string;
  readonly captureTime: Instant;
}

/** An event of AWS Config for a custom rule. */
export type RuleEvent = {
  readonly ruleName: string;
  /** `unknown` if the event lacks it. */
  readonly accountId: string;
  readonly resultToken: string;
  /** The rule's InputParameters, not yet validated. */
  readonly inputParameters: Readonly<Record<string, unknown>>;
} & (
  | { readonly kind: 'scheduled'; readonly notificationTime: Instant }
  | {
      readonly kind: 'change' | 'oversized';
      readonly item: ConfigurationItem;
      /** True when the user is no longer in the rule's scope. */
      readonly leftScope: boolean;
      /**
       * True if AWS Config sent the item only because it evaluates the rule again, not because the user changed.
       * Never true for an oversized item, because its summary does not show this.
       */
      readonly isRepeated: boolean;
    }
);

/** Empty if there is none. */
const accountId = v.fallback(v.pipe(v.string(), v.regex(/^\d{12}$/u)), '');
const lambdaEvent = v.object({
  invokingEvent: text,
  ruleParameters: text,
  resultToken: text,
  configRuleName: text,
  accountId,
  eventLeftScope: v.optional(v.boolean(), false),
});
const configurationItem = v.pipe(
  v.object({
    resourceType: text,
    resourceId: text,
    resourceName: v.nullish(text, null),
    ARN: v.nullish(text, null),
    configurationItemStatus: text,
    configurationItemCaptureTime: instant,
  }),
  v.transform(
    ({
      configurationItemStatus,
      configurationItemCaptureTime,
      ARN,
      ...item
    }): ConfigurationItem => ({
      ...item,
      arn: ARN,
      status: configurationItemStatus,
      captureTime: configurationItemCaptureTime,
    }),
  ),
);
const message = v.variant('messageType', [
  v.object({
    messageType: v.literal('ScheduledNotification'),
    awsAccountId: accountId,
    notificationCreationTime: instant,
  }),
  v.object({
    messageType: v.literal('ConfigurationItemChangeNotification'),
    configurationItem,
    configurationItemDiff: v.nullish(v.object({}), null),
    notificationCreationTime: v.nullish(instant, null),
  }),
  v.object({
    messageType: v.literal('OversizedConfigurationItemChangeNotification'),
    configurationItemSummary: configurationItem,
  }),
]);

/**
 * Reads the event with which AWS Config invokes a custom rule's function. The EventError says where the event
 * is invalid and what was expected there.
 */
export function parseRuleEvent(event: unknown): RuleEvent {
  const outer = check(lambdaEvent, event, 'event');
  const invoking = check(message, parseJson(outer.invokingEvent, 'invokingEvent'), 'invokingEvent');
  const inputParameters = requireObject(
    parseJson(outer.ruleParameters, 'ruleParameters'),
    'ruleParameters',
  );
  const common = {
    ruleName: outer.configRuleName,
    accountId:
      outer.accountId || ('awsAccountId' in invoking && invoking.awsAccountId) || 'unknown',
    resultToken: outer.resultToken,
    inputParameters,
  };
  const { eventLeftScope: leftScope } = outer;
  switch (invoking.messageType) {
    case 'ScheduledNotification':
      return { ...common, kind: 'scheduled', notificationTime: invoking.notificationCreationTime };
    case 'ConfigurationItemChangeNotification': {
      const {
        configurationItem: item,
        configurationItemDiff: diff,
        notificationCreationTime,
      } = invoking;
      const repeated = isRepeated(diff, notificationCreationTime, item.captureTime);
      return { ...common, kind: 'change', item, leftScope, isRepeated: repeated };
    }
    case 'OversizedConfigurationItemChangeNotification': {
      const item = invoking.configurationItemSummary;
      return { ...common, kind: 'oversized', item, leftScope, isRepeated: false };
    }
  }
}

/**
 * AWS Config notifies of a change within minutes of capturing it. A recorded event of a rule that was evaluated again
 * has no diff and an item captured hours before. A younger item, or one with a diff, counts as a change.
 */
const longestDelay = 30 * 60_000;

function isRepeated(diff: unknown, sentAt: Instant | null, capturedAt: Instant): boolean {
  return diff === null && (sentAt ?? capturedAt) - capturedAt > longestDelay;
}

function parseJson(json: string, place: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw invalid(place, `is not JSON (${messageOf(error)})`, error);
  }
}

function check<Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
  place: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, requireObject(input, place));
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  // Stryker disable next-line ConditionalExpression: every issue in an object has a path
  throw invalid(path === null ? place : `${place}.${path}`, issue.message);
}

function requireObject(input: unknown, place: string): Record<string, unknown> {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  throw invalid(place, 'is not an object');
}

function invalid(place: string, what: string, cause?: unknown): ExpectedError {
  return new ExpectedError(
    'EventError',
    `Not an AWS Config rule event: ${place}: ${what}. Expected a scheduled notification or a configuration ` +
      "item change of AWS::IAM::User; check the rule's triggers.",
    { cause },
  );
}
