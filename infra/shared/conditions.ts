import { Aws, CfnCondition, type CfnParameter, Fn, type IResolvable, Stack } from 'aws-cdk-lib';

/** Takes a parameter. Gives back the condition that it is not empty, which is declared once. */
export function isGiven(parameter: CfnParameter): CfnCondition {
  return once(parameter, `Has${parameter.node.id}`, () =>
    Fn.conditionNot(Fn.conditionEquals(parameter.valueAsString, '')),
  );
}

/** Takes a parameter. Gives back the condition that it is the text `true`, which is declared once. */
export function isTrue(parameter: CfnParameter): CfnCondition {
  return once(parameter, `Is${parameter.node.id}`, () =>
    Fn.conditionEquals(parameter.valueAsString, 'true'),
  );
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

/**
 * Takes a condition and two values in CloudFormation's own form. Gives back whichever holds when deployed;
 * without the second, a property or a list's item is left out.
 */
export function choose(
  condition: CfnCondition,
  then: unknown,
  otherwise: unknown = Aws.NO_VALUE,
): IResolvable {
  return Fn.conditionIf(condition.logicalId, then, otherwise);
}
