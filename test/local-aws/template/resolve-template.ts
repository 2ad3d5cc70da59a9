import { type Attributes, describeResource } from './attributes.ts';
import { resolveIn } from './intrinsics.ts';
import { readParameters } from './parameters.ts';
import type { StackRequest, Template } from './template.ts';

/** A resource that a stack makes, its properties resolved. */
export interface ResolvedResource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/**
 * Takes a template and where a stack is to be made of it. Gives back the resources it makes, with every function
 * of the template evaluated. Throws where CloudFormation refuses the parameters or a rule of the template does,
 * and for whatever is not known here.
 */
export function resolveTemplate(template: Template, request: StackRequest): ResolvedResource[] {
  const parameters = readParameters(template, request);
  const { Conditions = {}, Resources } = template;
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': request.accountId,
    'AWS::Partition': request.partition,
    'AWS::Region': request.region,
    'AWS::StackName': request.stackName,
  };
  const isMade = (id: string) => {
    const condition = Resources[id]?.Condition;
    return condition === undefined || scope.condition(condition);
  };
  const find = (id: string): Attributes => {
    const resource = Resources[id];
    if (resource === undefined || !isMade(id)) throw new Error(`There is no resource ${id}`);
    return describeResource(id, resource, namesOf(resource.Properties), request);
  };
  const scope = {
    ref: (name: string) => parameters.get(name) ?? pseudo[name] ?? find(name).ref,
    attribute: (id: string, attribute: string) => {
      const value = find(id).attributes[attribute];
      if (value === undefined) throw new Error(`${attribute} of ${id} is not known here`);
      return value;
    },
    condition: (name: string) => {
      if (!Object.hasOwn(Conditions, name)) throw new Error(`There is no condition ${name}`);
      return resolve(Conditions[name]) === true;
    },
  };
  const resolve = resolveIn(scope);
  // A resource's name refers to no other resource; the rest of its properties may refer back to it.
  const namesOf = (properties: Readonly<Record<string, unknown>> = {}) => {
    const names = Object.entries(properties).filter(([name]) => /Name$/u.test(name));
    return Object.fromEntries(names.map(([name, value]) => [name, resolve(value)]));
  };

  const assertions = Object.values(template.Rules ?? {}).flatMap((rule) => rule.Assertions);
  const broken = assertions.find(({ Assert }) => resolve(Assert) !== true);
  if (broken !== undefined) throw new Error(broken.AssertDescription);
  return Object.entries(Resources)
    .filter(([id]) => isMade(id))
    .map(([id, { Type, Properties = {} }]) => {
      return { id, type: Type, properties: { ...(resolve(Properties) as object) } };
    });
}
