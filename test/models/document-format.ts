import * as v from 'valibot';

// The format of Automation documents (schema version 0.3), for the parts that the documents use, as the user guide of
// Systems Manager describes it. Whatever is not named here is refused. Decision 22 compares it with AWS's published schema.

const text = v.string();
const stepName = v.pipe(text, v.regex(/^\w{3,128}$/u));
const types = ['String', 'StringList', 'Boolean', 'Integer', 'MapList', 'StringMap'] as const;
const type = v.picklist(types);
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const selector = v.pipe(text, v.regex(/^\$(\.\w+)*$/u));
const reference = /^\{\{ ?[\w.:]+ ?\}\}$/u;

const step = {
  name: stepName,
  description: v.optional(text),
  maxAttempts: v.optional(count),
  timeoutSeconds: v.optional(count),
  onFailure: v.optional(v.pipe(text, v.regex(/^(?:Abort|Continue|step:\w{3,128})$/u))),
  nextStep: v.optional(stepName),
  isEnd: v.optional(v.boolean()),
  isCritical: v.optional(v.boolean()),
};
const outputs = v.optional(
  v.array(
    v.strictObject({ Name: v.pipe(text, v.regex(/^\w+$/u)), Selector: selector, Type: type }),
  ),
  [],
);

const operators = { StringEquals: text, EqualsIgnoreCase: text, StartsWith: text, EndsWith: text };
const choice = v.union(
  Object.entries({ ...operators, Contains: text }).map(([operator, constant]) =>
    v.strictObject({ NextStep: stepName, Variable: text, [operator]: constant }),
  ),
);

/** Automation sleeps at most 7 days. A reference in the duration stands for a number. */
function isDuration(duration: string): boolean {
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] =
    /^P(?:(\d+)D)?(?:T(?=\d|\{)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+|\{\{ ?\w+\.\w+ ?\}\})S)?)?$/u.exec(
      duration,
    ) ?? [];
  const total = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60;
  return (seconds.startsWith('{') || total + Number(seconds) > 0) && total <= 604_800;
}

const call = { Service: text, Api: text };
const actions = {
  invokeLambdaFunction: v.strictObject({
    ...step,
    action: v.literal('aws:invokeLambdaFunction'),
    inputs: v.strictObject({
      FunctionName: text,
      InputPayload: v.optional(v.record(text, v.unknown())),
    }),
  }),
  executeScript: v.strictObject({
    ...step,
    action: v.literal('aws:executeScript'),
    inputs: v.strictObject({
      Runtime: v.picklist(['python3.8', 'python3.9', 'python3.10', 'python3.11']),
      Handler: v.pipe(text, v.regex(/^\w+$/u)),
      Script: text,
      InputPayload: v.optional(v.record(text, v.unknown())),
    }),
    outputs,
  }),
  executeAwsApi: v.strictObject({
    ...step,
    action: v.literal('aws:executeAwsApi'),
    inputs: v.looseObject(call),
    outputs,
  }),
  assertAwsResourceProperty: v.strictObject({
    ...step,
    action: v.literal('aws:assertAwsResourceProperty'),
    inputs: v.looseObject({ ...call, PropertySelector: selector, DesiredValues: v.array(text) }),
  }),
  branch: v.strictObject({
    ...step,
    action: v.literal('aws:branch'),
    inputs: v.strictObject({
      Choices: v.pipe(v.array(choice), v.minLength(1)),
      Default: v.optional(stepName),
    }),
  }),
  sleep: v.strictObject({
    ...step,
    action: v.literal('aws:sleep'),
    inputs: v.union([
      v.strictObject({ Duration: v.pipe(text, v.check(isDuration, 'no ISO 8601 duration')) }),
      v.strictObject({ Timestamp: text }),
    ]),
  }),
};
const simpleStep = v.variant('action', [
  actions.invokeLambdaFunction,
  actions.executeScript,
  actions.executeAwsApi,
  actions.assertAwsResourceProperty,
  actions.branch,
  actions.sleep,
]);
const loop = v.strictObject({
  ...step,
  action: v.literal('aws:loop'),
  inputs: v.strictObject({
    Iterators: v.union([v.pipe(text, v.regex(reference)), v.array(text)]),
    IteratorDataType: v.picklist(types),
    MaxIterations: v.optional(count),
    Steps: v.pipe(v.array(simpleStep), v.minLength(1)),
  }),
});

const documentFormat = v.strictObject({
  schemaVersion: v.literal('0.3'),
  description: v.optional(text),
  assumeRole: v.optional(text),
  parameters: v.record(
    text,
    v.strictObject({
      type,
      description: v.optional(text),
      default: v.optional(v.unknown()),
      allowedPattern: v.optional(text),
      allowedValues: v.optional(v.array(text)),
    }),
  ),
  outputs: v.optional(v.array(text)),
  mainSteps: v.pipe(v.array(v.variant('action', [simpleStep, loop])), v.minLength(1)),
});

/** The type of a parameter or of an output. */
export type Type = (typeof types)[number];
/** A document in the documented format. */
export type DocumentInFormat = v.InferOutput<typeof documentFormat>;
/** A step that is no loop. */
export type SimpleStep = v.InferOutput<typeof simpleStep>;

/** Reads a document, or says what is not in the format, by its place. */
export function readFormat(content: unknown): DocumentInFormat | string[] {
  const { success, output, issues } = v.safeParse(documentFormat, content);
  if (!success) return issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  const unknown = [output.mainSteps, ...loopsOf(output)].flatMap((list) => {
    const names = list.map(({ name }) => name);
    return list.flatMap((each) => targetsOf(each).filter((target) => !names.includes(target)));
  });
  return unknown.length === 0 ? output : unknown.map((target) => `no step ${target}`);
}

function loopsOf({ mainSteps }: DocumentInFormat): readonly (readonly SimpleStep[])[] {
  return mainSteps.flatMap((each) => (each.action === 'aws:loop' ? [each.inputs.Steps] : []));
}

function targetsOf(each: DocumentInFormat['mainSteps'][number]): string[] {
  const failing = each.onFailure?.startsWith('step:') ? [each.onFailure.slice(5)] : [];
  const { Choices = [], Default } = each.action === 'aws:branch' ? each.inputs : {};
  const named = [each.nextStep, Default, ...Choices.map(({ NextStep }) => NextStep)];
  return [...failing, ...named].filter((name): name is string => typeof name === 'string');
}

/** The steps of a document, with those of its loops. */
export function stepsOf(document: DocumentInFormat): SimpleStep[] {
  return document.mainSteps.flatMap((each) =>
    each.action === 'aws:loop' ? each.inputs.Steps : [each],
  );
}

/** The type of everything that a step can refer to, by the text between the braces. */
export function referencesOf(document: DocumentInFormat): ReadonlyMap<string, Type> {
  const parameters = Object.entries(document.parameters).map(
    ([name, parameter]) => [name, parameter.type] as const,
  );
  const answers = stepsOf(document).flatMap((each) =>
    'outputs' in each
      ? each.outputs.map(({ Name, Type }) => [`${each.name}.${Name}`, Type] as const)
      : [],
  );
  const current = document.mainSteps.flatMap((each) =>
    each.action === 'aws:loop'
      ? [[`${each.name}.CurrentIteratorValue`, each.inputs.IteratorDataType] as const]
      : [],
  );
  return new Map<string, Type>([
    ['automation:EXECUTION_ID', 'String'],
    ...parameters,
    ...answers,
    ...current,
  ]);
}
