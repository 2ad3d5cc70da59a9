import {
  type Document,
  findReferences,
  refuse,
  type Step,
} from '../../local-aws/automation/document.ts';

const PREDETERMINED = new Map([
  ['aws:invokeLambdaFunction', ['StatusCode', 'Payload', 'FunctionError']],
  ['aws:loop', ['CurrentIteratorValue']],
]);

/** Refuses a document whose references or targets lead nowhere, on whichever path they are. */
export function checkDocument(read: Document): void {
  const lists: Step[][] = [read.mainSteps, ...read.mainSteps.map(innerSteps)];
  const steps = lists.flat();
  const names = ['automation:EXECUTION_ID', ...Object.keys(read.parameters)];
  const given = [...names, ...steps.flatMap(outputNames)];
  const unknown = [...findReferences(read), ...read.outputs].find((each) => !given.includes(each));
  if (unknown !== undefined) throw refuse(`Nothing gives ${unknown}`);
  for (const list of lists) {
    for (const [at, each] of list.entries()) checkTargets(each, list.slice(at + 1));
  }
}

function innerSteps(each: Step): Step[] {
  return each.action === 'aws:loop' ? each.inputs.Steps : [];
}

function outputNames({ name: stepName, action, outputs }: Step): string[] {
  if (outputs.length > 0 && !action.startsWith('aws:execute')) {
    throw refuse(`outputs of step ${stepName}, whose action is ${action}`);
  }
  const own = outputs.map(({ Name }) => Name);
  return [...own, ...(PREDETERMINED.get(action) ?? [])].map((output) => `${stepName}.${output}`);
}

// A way back might never end; which of isEnd and a target wins is left open by the documentation.
function checkTargets(each: Step, later: readonly Step[]) {
  const targets = [each.nextStep, each.onFailure.split(':')[1]].flatMap((target) => target ?? []);
  if (each.isEnd && targets.length > 0) throw refuse(`isEnd with a target in step ${each.name}`);
  if (later.some(({ name: other }) => other === each.name)) throw refuse(`Second ${each.name}`);
  if (each.action === 'aws:branch') {
    targets.push(...each.inputs.Choices.map(({ NextStep }) => NextStep));
    if (each.inputs.Default !== undefined) targets.push(each.inputs.Default);
  }
  const lost = targets.find((target) => !later.some(({ name: other }) => other === target));
  if (lost !== undefined) throw refuse(`No step ${lost} after step ${each.name}`);
}
