/** A configuration item of a user; `captured` is epoch ms. */
export interface ItemEvent {
  readonly userId: string;
  readonly userName: string;
  readonly arn: string;
  readonly status: string;
  readonly captured: number;
  readonly diff: object | null;
}

/** The message by which AWS Config sends the item at an instant (epoch ms). */
export function changeNotification(
  { userId, userName, arn, status, captured, diff }: ItemEvent,
  sentAt: number,
) {
  return {
    messageType: 'ConfigurationItemChangeNotification',
    configurationItem: {
      ...{ resourceType: 'AWS::IAM::User', resourceId: userId, resourceName: userName, ARN: arn },
      configurationItemStatus: status,
      configurationItemCaptureTime: new Date(captured).toISOString(),
    },
    configurationItemDiff: diff,
    notificationCreationTime: new Date(sentAt).toISOString(),
  };
}
