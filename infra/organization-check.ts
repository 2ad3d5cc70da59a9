import { type CfnParameter, CfnRule, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { OrganizationParameters } from './organization-parameters.ts';
import type { Wave } from './settings.ts';

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
          'Only the management account makes service control policies: set ProtectByPolicy to false, or deploy from the management account with CallAs SELF.',
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
  if (!waves.some((wave) => wave.parameters.AutomaticRemediation === 'false')) return;
  new CfnRule(scope, 'JoiningAccountsAreCautious', {
    assertions: [
      {
        assert: Fn.conditionNot(is(parameters.AutomaticRemediation, 'true')),
        assertDescription:
          "A wave sets AutomaticRemediation to false, and accounts that join it later get this stack's value: leave it at false, and set true in the waves that are ready.",
      },
    ],
  });
}
