import { type CfnParameter, CfnRule, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { OrganizationParameters } from '../parameters/organization.ts';
import type { Wave } from '../settings/settings.ts';
import { revocationLimitsOf } from '../settings/waves.ts';
import { equals } from '../shared/conditions.ts';

// A CloudFormation rule cannot refer to the stack's conditions, such as those of isGiven.
const hasValue = (parameter: CfnParameter) => Fn.conditionNot(equals(parameter, ''));

/** CloudFormation rules that reject parameters that contradict each other, before it creates a resource. */
export function createOrganizationChecks(
  scope: Construct,
  parameters: OrganizationParameters,
  waves: readonly Wave[],
): void {
  const { ProtectByPolicy, CallAs, PolicyTargetIds, AdministratorRoleArns } = parameters;
  const hasNoPolicy = Fn.conditionNot(equals(ProtectByPolicy, 'true'));
  new CfnRule(scope, 'PolicyIsPossible', {
    assertions: [
      {
        assert: Fn.conditionOr(hasNoPolicy, equals(CallAs, 'SELF')),
        assertDescription:
          'Only the management account can create service control policies. Deploy from the management account with CallAs SELF, or set ProtectByPolicy to false and deploy UnusedIamCredentialsProtection in the management account.',
      },
      {
        assert: Fn.conditionOr(
          hasNoPolicy,
          Fn.conditionAnd(hasValue(PolicyTargetIds), hasValue(AdministratorRoleArns)),
        ),
        assertDescription:
          'ProtectByPolicy needs PolicyTargetIds, to attach the policy to, and AdministratorRoleArns, the roles that can still exempt users.',
      },
    ],
  });
  const limits = [...new Set(waves.flatMap(revocationLimitsOf))];
  if (limits.length === 0) return;
  new CfnRule(scope, 'JoiningAccountsAreCautious', {
    assertions: [
      {
        assert: Fn.conditionNot(equals(parameters.AutomaticRemediation, 'true')),
        assertDescription: `Waves set ${limits.join(', ')}, but accounts that join later get the values of this stack. Leave AutomaticRemediation false here and set it to true in the waves that are ready, or set these parameters here and in no wave.`,
      },
    ],
  });
}
