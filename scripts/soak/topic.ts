import type { LocalAccount, LocalExecution } from '../../local-aws/account.ts';
import type { ResolvedResource } from '../../local-aws/template/resolve.ts';
import {
  type InputTransformer,
  matchesEvent,
  transformInput,
} from '../../test/infra/event-bridge.ts';

/** What the subscribers of the topic got. */
export interface Delivered {
  readonly at: number;
  readonly subject: string;
  readonly message: string;
  readonly event: string;
  readonly userName: string;
}

interface Rule {
  readonly EventPattern?: unknown;
  readonly Targets: readonly { readonly InputTransformer?: InputTransformer }[];
}

/** The messages that the template's event rules make of events. */
export function messagesOfRules(resources: readonly ResolvedResource[], event: unknown): string[] {
  const rules = resources
    .filter(({ type }) => type === 'AWS::Events::Rule')
    .map(({ properties }) => properties as unknown as Rule);
  return rules
    .filter(({ EventPattern }) => EventPattern !== undefined && matchesEvent(EventPattern, event))
    .flatMap(({ Targets }) => Targets)
    .flatMap(({ InputTransformer: transformer }) =>
      transformer === undefined ? [] : transformInput(transformer, event).join('\n'),
    );
}

/** The events that Systems Manager sends of an execution that ended: of its steps, and of itself. */
export function eventsOfExecution(account: LocalAccount, execution: LocalExecution): unknown[] {
  const { id, documentName: Definition, status, end = 0 } = execution;
  const envelope = {
    ...{ version: '0', id, source: 'aws.ssm', account: account.accountId },
    ...{ time: new Date(end).toISOString(), region: 'us-east-1', resources: [] },
  };
  const about = { ExecutionId: id, Definition, DefinitionVersion: 1 };
  const steps = execution.steps
    .filter((step) => step.status !== 'InProgress')
    .map((step) => ({
      ...envelope,
      'detail-type': 'EC2 Automation Step Status-change Notification',
      detail: { ...about, StepName: step.name, Action: step.action, Status: step.status },
    }));
  const whole = {
    ...envelope,
    'detail-type': 'EC2 Automation Execution Status-change Notification',
    detail: { ...about, Status: status, ExecutedBy: execution.executedBy ?? '' },
  };
  return [...steps, whole];
}
