import {
  type Automation,
  createAccount,
  createAutomation,
  type LocalExecution,
} from '../../../local-aws/account.ts';
import type { Call } from '../../../local-aws/call.ts';
import type { Input, Perform } from '../../../local-aws/protocol.ts';
import { startAutomation } from '../../../local-aws/services/ssm.ts';

/** The start of the executions in these tests, epoch ms. */
export const START = Date.UTC(2026, 10, 1, 12);

/** The role of the documents in these tests. */
export const ROLE = 'arn:aws:iam::123456789012:role/security/Revoker';

const HEAD = `
schemaVersion: '0.3'
assumeRole: '{{ AutomationAssumeRole }}'
parameters:
  AutomationAssumeRole: { type: String, default: '${ROLE}' }
  Name: { type: String, default: anna }
`;

/** A document in YAML, with a parameter Name, by default anna. */
export function makeDocument(mainSteps: string, more = ''): string {
  return `${HEAD}${more}\nmainSteps:\n${mainSteps}`;
}

/** A script step with `value` as its output Out. It fails if the value is not of the type. */
export function giveStep(name: string, value: unknown, type = 'String', more = ''): string {
  return `
  - name: ${name}
    action: aws:executeScript
    ${more}
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: "def handler(events, context):\\n    return events"
      InputPayload: ${JSON.stringify({ value })}
    outputs: [{ Name: Out, Selector: $.Payload.value, Type: ${type} }]
  `;
}

/** A step that calls the API of its own name. */
export function callStep(name: string, input: Input = {}, more = ''): string {
  return `
  - name: ${name}
    action: aws:executeAwsApi
    ${more}
    inputs: ${JSON.stringify({ Service: 'iam', Api: name, ...input })}
  `;
}

/** Automations with virtual time, and the requests that their steps sent. */
export interface Fixture {
  automation: Automation;
  requests: Parameters<Perform>[0][];
  slept: number[];
  call(input: Input): Call;
}

/** `perform` answers the requests of the steps. */
export function createFixture(
  options: Partial<Automation> = {},
  perform: Perform = () => ({}),
): Fixture {
  const [requests, slept]: [Fixture['requests'], number[]] = [[], []];
  let now = START;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      slept.push(ms);
      now += ms;
    },
  };
  // The scripts of these tests return their events, which needs no interpreter.
  const python = { run: async (_: string, __: string, events: unknown) => events, close: () => {} };
  const automation = createAutomation({ clock, python, ...options });
  const call = (input: Input): Call => ({
    service: 'ssm',
    operation: 'any',
    account: createAccount({ automation }),
    caller: 'arn:aws:iam::123456789012:user/operator',
    now: START,
    input,
    perform: (message) => {
      requests.push(message);
      return perform(message);
    },
    commit: (change) => change(),
    failsEvaluation: () => false,
  });
  return { automation, requests, slept, call };
}

/** Runs a document to its end. */
export async function run(
  { automation, call }: Fixture,
  document: string,
  Parameters: Input = {},
): Promise<LocalExecution> {
  automation.documents.set('Document', document);
  const input = { DocumentName: 'Document', Parameters };
  const { AutomationExecutionId } = startAutomation(call(input));
  const id = String(AutomationExecutionId);
  await automation.running.get(id);
  const execution = automation.executions.get(id);
  if (execution === undefined) throw new Error('No such execution');
  return execution;
}
