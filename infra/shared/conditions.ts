import { Aws, CfnCondition, type CfnParameter, Fn, type IResolvable, Stack } from 'aws-cdk-lib';

/** The expression of a condition. CloudFormation rules cannot refer to conditions. */
export function equals(parameter: CfnParameter, value: string) {
  return Fn.conditionEquals(parameter.valueAsString, value);
}

/** The condition that the parameter is not empty, declared once in a stack. */
export function isGiven(parameter: CfnParameter): CfnCondition {
  return once(parameter, `Has${parameter.node.id}`, () => Fn.conditionNot(equals(parameter, '')));
}

/** The condition that the parameter is `true`, declared once in a stack. */
export function isTrue(parameter: CfnParameter): CfnCondition {
  return once(parameter, `Is${parameter.node.id}`, () => equals(parameter, 'true'));
}

function once(
  parameter: CfnParameter,
  id: string,
  expression: () => ReturnType<typeof Fn.conditionNot>,
): CfnCondition {
  const stack = Stack.of(parameter);
  const existing = stack.node.tryFindChild(id);
  if (existing instanceof CfnCondition) return existing;
  return new CfnCondition(stack, id, { expression: expression() });
}

/** Fn::If. Without a second value, CloudFormation leaves the property or the list's item out. */
export function choose(
  condition: CfnCondition,
  then: unknown,
  otherwise: unknown = Aws.NO_VALUE,
): IResolvable {
  return Fn.conditionIf(condition.logicalId, then, otherwise);
}
