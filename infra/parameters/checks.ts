import { Aws, type CfnParameter, CfnRule, Fn } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { deletionLimitsOf, revocationLimitsOf, type Wave } from '../settings/settings.ts';
import { equals } from '../shared/conditions.ts';
import type { OrganizationParameters } from './organization.ts';

/**
 * The Regions in which AWS Config can record IAM users: those where it was available before February 2022
 * (AWS Config Developer Guide, "Recording AWS Resources", on global resource types).
 */
export const recordingRegions: readonly string[] = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'],
  ...['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ...['af-south-1', 'me-south-1'],
  ...['ap-east-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1'],
  ...['ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3'],
  ...['us-gov-east-1', 'us-gov-west-1', 'cn-north-1', 'cn-northwest-1'],
];

/** A CloudFormation rule that rejects other Regions before it creates a resource. */
export function createRegionCheck(scope: Construct): void {
  new CfnRule(scope, 'RegionRecordsIamUsers', {
    assertions: [
      {
        assert: Fn.conditionContains([...recordingRegions], Aws.REGION),
        assertDescription:
          'AWS Config does not record IAM users in this Region. It does so only in Regions where it was available before February 2022. Deploy to one of those, such as us-east-1, and to one Region per account.',
      },
    ],
  });
}

/** A CloudFormation rule that rejects some of the parameters for an organization without the others. */
export function createCentralCheck(scope: Construct, parameters: readonly CfnParameter[]): void {
  const areEmpty = parameters.map((parameter) => equals(parameter, ''));
  const areGiven = areEmpty.map((isEmpty) => Fn.conditionNot(isEmpty));
  new CfnRule(scope, 'CentralParametersTogether', {
    assertions: [
      {
        assert: Fn.conditionOr(Fn.conditionAnd(...areGiven), Fn.conditionAnd(...areEmpty)),
        assertDescription:
          'CentralEventBusArn, CentralTopicArn and CentralKeyArn belong together. Set all three to the outputs of the organization stack, or leave all three empty.',
      },
    ],
  });
}

/** The parameters that decide whether passwords are deleted, and whether they can come back. */
type PasswordParameters = Readonly<
  Record<
    'AutomaticRemediation' | 'PasswordAction' | 'PasswordReaderRoleArn' | 'PasswordsComeBackByHand',
    CfnParameter
  >
>;

const passwordsMustComeBack =
  'AutomaticRemediation=true with PasswordAction=Delete deletes passwords, and without PasswordReaderRoleArn no restoration can issue new ones. Set PasswordReaderRoleArn, set PasswordAction to Keep, or confirm with PasswordsComeBackByHand=true that administrators create new passwords by hand.';

/** A CloudFormation rule that rejects the automatic deletion of passwords that nothing can issue again. */
export function createPasswordCheck(scope: Construct, parameters: PasswordParameters): void {
  requirePasswords(
    scope,
    'PasswordsComeBack',
    passwordsComeBack(parameters),
    passwordsMustComeBack,
  );
}

function requirePasswords(
  scope: Construct,
  id: string,
  assert: ReturnType<typeof passwordsComeBack>,
  assertDescription: string,
): void {
  if (assert === undefined) return;
  new CfnRule(scope, id, { assertions: [{ assert, assertDescription }] });
}

/**
 * The condition that no password is lost, with a wave's values in place of the parameters; undefined if the wave's
 * values alone ensure it.
 */
function passwordsComeBack(parameters: PasswordParameters, own: Wave['parameters'] = {}) {
  const cases = [
    { name: 'AutomaticRemediation', value: 'false', holds: true },
    { name: 'PasswordAction', value: 'Keep', holds: true },
    { name: 'PasswordsComeBackByHand', value: 'true', holds: true },
    { name: 'PasswordReaderRoleArn', value: '', holds: false },
  ] as const;
  const open = cases.filter(({ name }) => own[name] === undefined);
  const suffices = cases.some(
    ({ name, value, holds }) => own[name] !== undefined && (own[name] === value) === holds,
  );
  const conditions = open.map(({ name, value, holds }) => {
    const isEqual = equals(parameters[name], value);
    return holds ? isEqual : Fn.conditionNot(isEqual);
  });
  if (suffices) return undefined;
  // A condition that never holds, for a wave with all of the values.
  return Fn.conditionOr(equals(parameters.AutomaticRemediation, ''), ...conditions);
}

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
  createPasswordCheck(scope, parameters);
  for (const [index, wave] of waves.entries()) {
    const assert = passwordsComeBack(parameters, wave.parameters);
    const why = `waves[${index}] would delete passwords automatically, and no restoration can issue new ones. See the rule PasswordsComeBack.`;
    requirePasswords(scope, `PasswordsComeBackInWave${index}`, assert, why);
  }
  const deletion = [...new Set(waves.flatMap(deletionLimitsOf))];
  if (deletion.length > 0) {
    new CfnRule(scope, 'JoiningAccountsDeleteNothing', {
      assertions: [
        {
          assert: equals(parameters.DeleteAfterDays, '0'),
          assertDescription: `Waves set ${deletion.join(', ')}, but accounts that join later get the values of this stack. Leave DeleteAfterDays 0 here and set it in the waves that delete keys, or set these parameters here and in no wave.`,
        },
      ],
    });
  }
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
