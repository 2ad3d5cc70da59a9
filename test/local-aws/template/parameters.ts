import type { StackRequest, Template } from './template.ts';

/** Takes a template and a request. Gives back every parameter's value. Throws for one that CloudFormation refuses. */
export function readParameters(
  { Parameters = {} }: Template,
  { parameters = {} }: StackRequest,
): Map<string, string> {
  const unknown = Object.keys(parameters).find((name) => !Object.hasOwn(Parameters, name));
  if (unknown !== undefined)
    throw new Error(`Parameters: [${unknown}] do not exist in the template`);
  const entries = Object.entries(Parameters).map(([name, definition]): [string, string] => {
    const { Type, Default, AllowedValues, AllowedPattern, MaxLength } = definition;
    if (Type !== 'String')
      throw new Error(`Parameter ${name} is of type ${Type}, which is not read here`);
    const value = parameters[name] ?? Default;
    if (value === undefined) throw new Error(`Parameters: [${name}] must have values`);
    const isListed = AllowedValues?.includes(value) ?? true;
    const fits = new RegExp(`^(?:${AllowedPattern ?? '[\\s\\S]*'})$`, 'u').test(value);
    if (isListed && fits && value.length <= (MaxLength ?? Number.POSITIVE_INFINITY)) {
      return [name, value];
    }
    const why = definition.ConstraintDescription ?? 'must be valid';
    throw new Error(`Parameter '${name}' with value ${JSON.stringify(value)} ${why}`);
  });
  return new Map(entries);
}
