import {
  type ConfigServiceClient,
  GetResourceConfigHistoryCommand,
  type ResourceType,
} from '@aws-sdk/client-config-service';
import { ExpectedError } from '../core/errors.ts';
import type { ConfigurationItem } from '../formats/invoking-event.ts';
import { callAws } from './call-aws.ts';

/** What readConfigurationItem calls. */
export const readConfigurationItemActions = ['config:GetResourceConfigHistory'] as const;

/**
 * Takes a Config client and the summary that an oversized notification carries. Gives back the
 * configuration item as recorded at the summary's capture time.
 * Throws AwsError, and EventError when AWS Config has no such item.
 */
export async function readConfigurationItem(
  config: ConfigServiceClient,
  summary: ConfigurationItem,
): Promise<ConfigurationItem> {
  const answer = await callAws(readConfigurationItemActions[0], () =>
    config.send(
      new GetResourceConfigHistoryCommand({
        resourceType: summary.resourceType as ResourceType,
        resourceId: summary.resourceId,
        laterTime: new Date(summary.captureTime),
        limit: 1,
      }),
    ),
  );
  const [item] = answer.configurationItems ?? [];
  if (item === undefined) {
    throw new ExpectedError(
      'EventError',
      `AWS Config sent an oversized notification of ${summary.resourceType} ${summary.resourceId}, but ` +
        'its history holds no configuration item; evaluate the rule again',
    );
  }
  return {
    ...summary,
    resourceName: item.resourceName ?? summary.resourceName,
    status: item.configurationItemStatus ?? summary.status,
  };
}
