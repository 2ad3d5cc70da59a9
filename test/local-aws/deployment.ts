/** A rule as DescribeConfigRules shows it. */
export interface LocalRuleDefinition {
  sourceIdentifier: string;
  inputParameters: Record<string, string>;
  state?: 'ACTIVE' | 'EVALUATING' | 'DELETING' | 'DELETING_RESULTS';
  /** Its triggers, as AWS Config has them. */
  sourceDetails?: Record<string, string>[] | undefined;
  /** What AWS Config tells of its evaluations, with its times in epoch ms; without it, nothing. */
  evaluationStatus?: Record<string, string | number> | undefined;
}

/** A rule's remediation: the document it starts, and its parameters (`RESOURCE_ID` is the dynamic one). */
export interface LocalRemediationSettings {
  documentName: string;
  parameters: Record<string, string>;
  automatic?: boolean | undefined;
}

/** The recorder of an account, with the members of its description as AWS Config has them. */
export interface LocalRecorder {
  name: string;
  recording: boolean;
  /** Without it nothing has been recorded yet. */
  lastStatus?: 'Pending' | 'Success' | 'Failure' | 'NotApplicable' | undefined;
  lastErrorMessage?: string | undefined;
  description?: Record<string, unknown> | undefined;
}

/** A function as Lambda describes it; it is Active and Successful unless it says otherwise. */
export interface LocalFunction {
  description?: string | undefined;
  state?: string | undefined;
  stateReason?: string | undefined;
  lastUpdateStatus?: string | undefined;
}

/** A subscription; its ARN is `PendingConfirmation` until it is confirmed. */
export interface LocalSubscription {
  arn: string;
  protocol: string;
  endpoint: string;
}
