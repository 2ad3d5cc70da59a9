import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { declareParameters, parameterInterface, withDefaults } from '../parameters/declare.ts';
import { policyParameterGroups, policyParameters } from '../parameters/protection.ts';
import type { Settings } from '../settings/settings.ts';
import { createProtectionPolicy } from './policy.ts';

interface ProtectionStackProps extends StackProps {
  readonly settings: Settings;
}

/** Only the service control policy: for the management account, if the organization stack is in a delegated administrator account. */
export class ProtectionStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: ProtectionStackProps) {
    super(scope, id, {
      description:
        'Service control policy that protects the exemptions and resources of unused-iam-credentials',
      ...props,
    });
    const { ExemptUntilTag, ExemptPathPrefixes } = settings.defaults;
    const defaults = {
      ...(ExemptUntilTag === undefined ? {} : { ExemptUntilTag }),
      ...(ExemptPathPrefixes === undefined ? {} : { ExemptPathPrefixes }),
    };
    const parameters = declareParameters(this, withDefaults(policyParameters, defaults));
    this.templateOptions.metadata = parameterInterface(policyParameterGroups);
    const { ref } = createProtectionPolicy(this, parameters, settings.waves);
    new CfnOutput(this, 'ProtectionPolicyId', { value: ref });
  }
}
