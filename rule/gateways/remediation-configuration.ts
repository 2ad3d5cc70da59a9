import {
  type ConfigServiceClient,
  DescribeRemediationConfigurationsCommand,
  type RemediationParameterValue,
} from '@aws-sdk/client-config-service';
import { callAws, hasAwsCode, present } from './call-aws.ts';

/** What readRemediation calls. */
export const readRemediationActions = ['config:DescribeRemediationConfigurations'] as const;

/** The value of a document's parameter: what AWS Config fills in, or text. */
export type RemediationValue =
  | { readonly kind: 'resource'; readonly text: string }
  | { readonly kind: 'static'; readonly text: string };

/** What AWS Config starts for a user who is NON_COMPLIANT. */
export interface RemediationConfiguration {
  readonly arn: string | undefined;
  readonly targetId: string;
  readonly automatic: boolean;
  readonly parameters: ReadonlyMap<string, RemediationValue>;
}

/** Takes a Config client and a rule's name. Gives back the rule's remediation, or null where it has none. Throws AwsError. */
export async function readRemediation(
  config: ConfigServiceClient,
  ruleName: string,
): Promise<RemediationConfiguration | null> {
  const [action] = readRemediationActions;
  try {
    const answer = await callAws(action, () =>
      config.send(new DescribeRemediationConfigurationsCommand({ ConfigRuleNames: [ruleName] })),
    );
    const found = answer.RemediationConfigurations?.find(
      (candidate) => candidate.ConfigRuleName === ruleName,
    );
    if (found === undefined) return null;
    const parameters = Object.entries(found.Parameters ?? {});
    return {
      arn: found.Arn,
      targetId: present(found.TargetId, 'TargetId', action),
      automatic: found.Automatic ?? false,
      parameters: new Map(parameters.map(([name, value]) => [name, toValue(value)])),
    };
  } catch (error) {
    // Whether AWS answers nothing or an error where there is no remediation is not documented.
    const none = ['NoSuchConfigRuleException', 'NoSuchRemediationConfigurationException'];
    if (hasAwsCode(error, ...none)) return null;
    throw error;
  }
}

function toValue({ ResourceValue, StaticValue }: RemediationParameterValue): RemediationValue {
  if (ResourceValue !== undefined) return { kind: 'resource', text: ResourceValue.Value ?? '' };
  return { kind: 'static', text: StaticValue?.Values?.join(',') ?? '' };
}
