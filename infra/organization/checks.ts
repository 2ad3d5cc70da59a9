import { type CfnParameter, CfnRule, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { OrganizationParameters } from '../parameters/organization.ts';
import type { Wave } from '../settings/settings.ts';
import { brakesOf } from '../settings/waves.ts';

const is = (parameter: CfnParameter, value: string) =>
  Fn.conditionEquals(parameter.valueAsString, value);
const isGiven = (parameter: CfnParameter) => Fn.conditionNot(is(parameter, ''));

/** Takes a stack, its parameters and waves. Refuses what does not go together, before anything is made. */
export function createOrganizationChecks(
  scope: Construct,
  parameters: OrganizationParameters,
  waves: readonly Wave[],
): void {
  const { ProtectByPolicy, CallAs, PolicyTargetIds, AdministratorRoleArns } = parameters;
  const hasNoPolicy = Fn.conditionNot(is(ProtectByPolicy, 'true'));
  new CfnRule(scope, 'PolicyIsPossible', {
    assertions: [
      {
        assert: Fn.conditionOr(hasNoPolicy, is(CallAs, 'SELF')),
        assertDescription:
          'Only the management account makes service control policies: set ProtectByPolicy to false, or deploy from the management account with CallAs SELF. From a delegated administrator, deploy UnusedIamCredentialsProtection in the management account.',
      },
      {
        assert: Fn.conditionOr(
          hasNoPolicy,
          Fn.conditionAnd(isGiven(PolicyTargetIds), isGiven(AdministratorRoleArns)),
        ),
        assertDescription:
          'ProtectByPolicy needs PolicyTargetIds, to which the policy is attached, and AdministratorRoleArns, the roles that may still exempt users.',
      },
    ],
  });
  const brakes = [...new Set(waves.flatMap(brakesOf))];
  if (brakes.length === 0) return;
  new CfnRule(scope, 'JoiningAccountsAreCautious', {
    assertions: [
      {
        assert: Fn.conditionNot(is(parameters.AutomaticRemediation, 'true')),
        assertDescription: `Waves set ${brakes.join(', ')}, and accounts that join them later get this stack's values: leave AutomaticRemediation at false here and set true in the waves that are ready, or set these here and in no wave.`,
      },
    ],
  });
}
