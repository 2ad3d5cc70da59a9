import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { declareParameters, parameterInterface, withDefaults } from '../parameters/declare.ts';
import { policyParameterGroups, policyParameters } from '../parameters/protection.ts';
import type { Settings } from '../settings/settings.ts';
import { createProtectionPolicy } from './policy.ts';

/** What the stack of the service control policy is made of. */
export interface ProtectionStackProps extends StackProps {
  readonly settings: Settings;
}

/** The service control policy alone, for a management account whose organization stack is in a delegated administrator. */
export class ProtectionStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: ProtectionStackProps) {
    super(scope, id, {
      description:
        'Service control policy that protects the exemptions of unused-iam-credentials and what it is made of',
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
