/** Stands for what Ref gives of AWS::NoValue: the property or item is left out. */
const noValue = Symbol('AWS::NoValue');

/** What references resolve to; they throw for a name that they do not know. */
export interface Scope {
  readonly ref: (name: string) => unknown;
  readonly attribute: (resource: string, attribute: string) => string;
  readonly condition: (name: string) => boolean;
}

type Evaluate = (argument: unknown, resolve: (value: unknown) => unknown, scope: Scope) => unknown;

const functions: Readonly<Record<string, Evaluate>> = {
  Ref: (name, _, scope) => (name === 'AWS::NoValue' ? noValue : scope.ref(text(name))),
  Condition: (name, _, scope) => scope.condition(text(name)),
  'Fn::GetAtt': (argument, _, scope) => {
    const [resource, attribute] = list(argument);
    return scope.attribute(text(resource), text(attribute));
  },
  'Fn::If': (argument, resolve, scope) => {
    const [condition, then, otherwise] = list(argument);
    return resolve(scope.condition(text(condition)) ? then : otherwise);
  },
  'Fn::Equals': (argument, resolve) => {
    const [left, right] = list(argument).map(resolve);
    return left === right;
  },
  'Fn::Not': (argument, resolve) => list(argument).map(resolve)[0] !== true,
  'Fn::And': (argument, resolve) => list(argument).every((each) => resolve(each) === true),
  'Fn::Or': (argument, resolve) => list(argument).some((each) => resolve(each) === true),
  'Fn::Contains': (argument, resolve) => {
    const [values, value] = list(argument).map(resolve);
    return list(values).includes(value);
  },
  'Fn::Join': (argument, resolve) => {
    const [delimiter, values] = list(argument);
    return list(resolve(values)).map(text).join(text(delimiter));
  },
  'Fn::Split': (argument, resolve) => {
    const [delimiter, value] = list(argument);
    return text(resolve(value)).split(text(delimiter));
  },
  'Fn::Select': (argument, resolve) => {
    const [index, values] = list(argument);
    return list(resolve(values))[Number(index)];
  },
};

/** Takes a value of a template and what references resolve to. Gives back the value with every function evaluated. */
export function resolveIn(scope: Scope): (value: unknown) => unknown {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== noValue);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [name, argument] = entries[0] ?? [];
    if (name !== undefined && (name === 'Ref' || name.startsWith('Fn::') || isCondition(value))) {
      const evaluate = functions[name];
      if (evaluate === undefined || entries.length > 1)
        throw new Error(`${name} is not known here`);
      return evaluate(argument, resolve, scope);
    }
    const resolved = entries.map(([key, item]) => [key, resolve(item)] as const);
    return Object.fromEntries(resolved.filter(([, item]) => item !== noValue));
  };
  return resolve;
}

/** Policies have conditions, too; there they are no text. */
function isCondition(value: object): boolean {
  return (
    'Condition' in value && typeof value.Condition === 'string' && Object.keys(value).length === 1
  );
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`Expected a list, found ${JSON.stringify(value)}`);
}

function text(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error(`Expected a text, found ${JSON.stringify(value)}`);
}
