import { readDocument } from '../../../local-aws/automation/document.ts';

/** A tag that a step sets or removes. References in its key stay in braces. */
interface TagUse {
  readonly action: string;
  readonly key: string;
}

/** The tags that the steps of a document set or remove, in loops too. */
export function readTagUses(yaml: string): TagUse[] {
  const steps = readDocument(yaml).mainSteps.flatMap((step) =>
    step.action === 'aws:loop' ? step.inputs.Steps : [step],
  );
  return steps.flatMap((step) => {
    if (step.action !== 'aws:executeAwsApi') return [];
    const { Tags = [], TagKeys = [] } = step.inputs as {
      readonly Tags?: readonly { readonly Key: string }[];
      readonly TagKeys?: readonly string[];
    };
    const action = `${step.inputs.Service}:${step.inputs.Api}`;
    return [...Tags.map(({ Key }) => Key), ...TagKeys].map((key) => ({ action, key }));
  });
}
