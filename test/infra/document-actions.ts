import { type Document, readDocument, type Step } from '../../local-aws/automation/document.ts';

/** A tag that a step sets or takes off, with what may stand for its key: references are left in braces. */
export interface TagUse {
  readonly action: string;
  readonly key: string;
}

/** What the steps of a document need. */
export interface DocumentActions {
  readonly actions: readonly string[];
  /** The functions that are invoked. */
  readonly functions: readonly string[];
  readonly tags: readonly TagUse[];
}

/** Steps that ask AWS for nothing under the document's role. */
const silent = ['aws:branch', 'aws:executeScript', 'aws:loop', 'aws:sleep'];

/** Takes a document's text. Gives what its steps need, those in loops too. Throws for an action that is not known. */
export function readDocumentActions(yaml: string): DocumentActions {
  const steps = stepsOf(readDocument(yaml));
  return {
    actions: steps.flatMap(actionsOf),
    functions: steps.flatMap((step) =>
      step.action === 'aws:invokeLambdaFunction' ? [step.inputs.FunctionName] : [],
    ),
    tags: steps.flatMap(tagsOf),
  };
}

function stepsOf({ mainSteps }: Document): Step[] {
  return mainSteps.flatMap((step) =>
    step.action === 'aws:loop' ? [step, ...step.inputs.Steps] : [step],
  );
}

function actionsOf(step: Step): string[] {
  switch (step.action) {
    case 'aws:executeAwsApi':
    case 'aws:assertAwsResourceProperty':
      return [`${step.inputs.Service}:${step.inputs.Api}`];
    case 'aws:invokeLambdaFunction':
      return ['lambda:InvokeFunction'];
    default:
      if (silent.includes(step.action)) return [];
      throw new Error(`It is not known what action ${step.action} needs`);
  }
}

function tagsOf(step: Step): TagUse[] {
  if (step.action !== 'aws:executeAwsApi') return [];
  const { Tags = [], TagKeys = [] } = step.inputs as {
    readonly Tags?: readonly { readonly Key: string }[];
    readonly TagKeys?: readonly string[];
  };
  const [action = ''] = actionsOf(step);
  return [...Tags.map(({ Key }) => Key), ...TagKeys].map((key) => ({ action, key }));
}
