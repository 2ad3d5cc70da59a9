import { readDocument, type Step } from '../../../local-aws/automation/document.ts';

/** An action that a step needs, and the keys of the tags that it sets or removes. References stay in braces. */
interface StepRequest {
  readonly action: string;
  readonly keys: readonly string[];
}

/** What the steps of a document request under its role, in loops too. */
export function readRequests(yaml: string): StepRequest[] {
  return readDocument(yaml)
    .mainSteps.flatMap((step) => (step.action === 'aws:loop' ? step.inputs.Steps : [step]))
    .flatMap(requestOf);
}

function requestOf(step: Step): StepRequest[] {
  switch (step.action) {
    case 'aws:assertAwsResourceProperty':
    case 'aws:executeAwsApi': {
      const { Tags = [], TagKeys = [] } = step.inputs as {
        readonly Tags?: readonly { readonly Key: string }[];
        readonly TagKeys?: readonly string[];
      };
      const keys = [...Tags.map(({ Key }) => Key), ...TagKeys];
      return [{ action: `${step.inputs.Service}:${step.inputs.Api}`, keys }];
    }
    case 'aws:invokeLambdaFunction':
      return [{ action: 'lambda:InvokeFunction', keys: [] }];
    case 'aws:branch':
    case 'aws:executeScript':
    case 'aws:loop':
    case 'aws:sleep':
      return [];
    default:
      throw new Error(`Which action ${JSON.stringify(step)} needs is not known here`);
  }
}
