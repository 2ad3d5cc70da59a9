import * as v from 'valibot';
import { parseArn, withoutPath } from '../core/arns.ts';
import type { Instant } from '../core/instant.ts';
import { denyMark } from '../core/permission-plan.ts';
import { passwordMark } from '../core/restoration-plan.ts';
import { permissionName } from '../core/retired-permissions.ts';
import { encodedItem, type PurgeItem } from './purge-item.ts';
import { decodeRestoredData } from './restored-data.ts';

/** Who started an execution of a document. */
export type Starter =
  /** A role's ARN has no path here, because Automation names only the session. */
  | { readonly kind: 'person'; readonly arn: string }
  /** AWS Config's remediation, or another service that uses its service-linked role. */
  | { readonly kind: 'config'; readonly arn: string }
  | { readonly kind: 'unknown' };

/** Reads `ExecutedBy` of GetAutomationExecution. An ARN that is not of this account counts as unknown. */
export function startedBy(
  execution: { readonly ExecutedBy?: string | undefined } | null,
  { partition, accountId }: { readonly partition: string; readonly accountId: string },
): Starter {
  const arn = execution?.ExecutedBy;
  if (arn === undefined) return { kind: 'unknown' };
  const parts = parseArn(arn, 'sts') ?? parseArn(arn, 'iam');
  if (parts?.partition !== partition || parts.accountId !== accountId) return { kind: 'unknown' };
  const [type, ...names] = parts.resource.split('/');
  if (type === 'root') return { kind: 'person', arn };
  const name = type === 'assumed-role' ? names[0] : names.at(-1);
  if (name === undefined || name === '') return { kind: 'unknown' };
  switch (type) {
    case 'assumed-role':
    case 'role': {
      const role = `arn:${partition}:iam::${accountId}:role/${name}`;
      const kind = name.startsWith('AWSServiceRoleFor') ? 'config' : 'person';
      return { kind, arn: role };
    }
    case 'user':
    case 'federated-user':
      return { kind: 'person', arn };
    default:
      return { kind: 'unknown' };
  }
}

/** Whether the ARN is that of an operator. Paths of roles and users are ignored. */
export function isOperator(arn: string, operators: readonly string[]): boolean {
  const person = withoutPath(arn);
  return operators.some((operator) => withoutPath(operator) === person);
}

/**
 * Why an execution must not restore anything, by who started it; null if it may. Without operators, every person may;
 * in their ARNs, `{account}` stands for the account, since a StackSet gives every account the same text.
 */
export function reasonToRefuse(
  starter: Starter,
  operatorArns: readonly string[],
  accountId: string,
): string | null {
  switch (starter.kind) {
    case 'config':
      return `service-linked role ${starter.arn} started the execution; only a person may start a restoration`;
    case 'unknown':
      return 'Automation does not say who started the execution; only a person may start a restoration';
    case 'person': {
      const operators = operatorArns.map((arn) => arn.replace('{account}', accountId));
      return operators.length === 0 || isOperator(starter.arn, operators)
        ? null
        : `${starter.arn} started the execution, and is not one of the stack's RestoreOperatorArns`;
    }
  }
}

/** Reads the variable RESTORE_OPERATOR_ARNS. */
export function parseOperatorArns(text: string | undefined): string[] {
  return (text ?? '').split(',').filter((arn) => arn !== '');
}

/** A step of an execution, as DescribeAutomationStepExecutions answers it. */
interface Step {
  readonly StepName?: string | undefined;
  readonly StepStatus?: string | undefined;
  readonly Outputs?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly Inputs?: Readonly<Record<string, string>> | undefined;
}

/**
 * The credentials that the steps of a revocation changed, by `markName`. AWS shows a step's inputs as JSON in some
 * places and as plain text in others.
 */
export function credentialsChangedBy(steps: readonly Step[]): Set<string> {
  const changed = new Set<string>();
  for (const { StepStatus, Inputs = {} } of steps) {
    if (StepStatus !== 'Success') continue;
    const [api, id] = [plain(Inputs['Api']), plain(Inputs['AccessKeyId'])];
    if (api === 'DeleteLoginProfile') changed.add(passwordMark);
    if ((api === 'UpdateAccessKey' || api === 'DeleteAccessKey') && id !== '') changed.add(id);
  }
  return changed;
}

/**
 * How many steps tried to delete an access key since then. Failed steps count, because IAM may have deleted the
 * key.
 */
export function countDeletions(
  steps: readonly (Step & { readonly ExecutionStartTime?: Date | undefined })[],
  since: Instant,
): number {
  return steps.filter(
    ({ Inputs = {}, ExecutionStartTime }) =>
      plain(Inputs['Api']) === 'DeleteAccessKey' &&
      (ExecutionStartTime?.getTime() ?? since) >= since,
  ).length;
}

/**
 * The keys, with the names of their users, that a purge tried to delete and did not verify; empty if the execution
 * has a result, which reports them.
 */
export function unverifiedDeletions(steps: readonly Step[]): ReadonlyMap<string, string> {
  const isVerified = steps.some(
    ({ StepName, StepStatus }) => StepName === 'Result' && StepStatus === 'Success',
  );
  const tried = steps.filter(({ Inputs = {} }) => plain(Inputs['Api']) === 'DeleteAccessKey');
  const keys = tried.map(({ Inputs = {} }): [string, string] => [
    plain(Inputs['AccessKeyId']),
    plain(Inputs['UserName']),
  ]);
  return new Map(isVerified ? [] : keys);
}

/** The steps of a purge whose outputs have the plan: the function's own, and the one that reads it. */
const planningSteps = new Set<string | undefined>(['PlanPurge', 'Decision']);

/**
 * The keys that the plan of a purge names. AWS does not document how the outputs of a step show a list or an object, so
 * a text that is JSON is read as JSON. Any other text may be a list, and is split at characters that no item contains.
 */
export function keysPlannedBy(
  steps: readonly Step[],
  list: 'ToAnnounce' | 'ToDelete',
): PurgeItem[] {
  const found = steps
    .filter(({ StepName, StepStatus }) => planningSteps.has(StepName) && StepStatus === 'Success')
    .flatMap(({ Outputs }) => [...textsNamed(list, Outputs)])
    .flatMap((text) => text.split(/[^\w-]/u));
  const items = [...new Set(found)].map((text) => v.safeParse(encodedItem, text));
  return items.flatMap(({ success, output }) => (success ? [output] : []));
}

/** All values with that name, at any depth of an object or of a JSON text. */
function* valuesNamed(name: string, value: unknown): Generator<unknown> {
  const parsed = v.safeParse(json, value);
  if (parsed.success) yield* valuesNamed(name, parsed.output);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      if (key === name || key.endsWith(`.${name}`)) yield inner;
      else yield* valuesNamed(name, inner);
    }
  }
}

const json = v.pipe(v.string(), v.parseJson());

/** What the steps of a retirement removed, by `permissionName`, and `deny` if they attached AWSDenyAll. */
export function removedBy(steps: readonly Step[]): Set<string> {
  const changed = new Set<string>();
  for (const { StepStatus, Inputs = {} } of steps) {
    if (StepStatus !== 'Success') continue;
    const input = (name: string) => plain(Inputs[name]);
    switch (input('Api')) {
      case 'RemoveUserFromGroup':
        changed.add(permissionName({ kind: 'group', id: input('GroupName') }));
        break;
      case 'DetachUserPolicy':
        changed.add(permissionName({ kind: 'attached policy', id: input('PolicyArn') }));
        break;
      case 'DeleteUserPolicy':
        changed.add(permissionName({ kind: 'inline policy', id: input('PolicyName') }));
        break;
      case 'DeactivateMFADevice':
        changed.add(permissionName({ kind: 'MFA device', id: input('SerialNumber') }));
        break;
      case 'AttachUserPolicy':
        changed.add(denyMark);
        break;
    }
  }
  return changed;
}

function plain(input = ''): string {
  return input.replaceAll('"', '');
}

/** The parts of a restoration. A part has a step that changes something and a step that reads the answer. */
const partSteps = {
  permissions: new Set<string | undefined>(['RestorePermissions', 'Permissions']),
  password: new Set<string | undefined>(['IssuePassword', 'Password']),
  deny: new Set<string | undefined>(['LiftDeny', 'Deny']),
  verification: new Set<string | undefined>(['VerifyRestoration', 'Result']),
};

/**
 * What a restoration did according to its steps, by the names of marks. If the verification succeeded, its answer
 * counts instead, because a step's answer may be lost and a request may succeed without an effect.
 */
export function restoredBy(steps: readonly Step[]): string[] {
  const answered = (part: keyof typeof partSteps, name: string): string[] =>
    steps
      .filter(({ StepName }) => partSteps[part].has(StepName))
      .flatMap(({ Outputs }) => [...textsNamed(name, Outputs)]);
  for (const text of answered('verification', 'RestoredData')) {
    const data = decodeRestoredData([text]);
    if (data !== null) return [...data.restored];
  }
  return [
    ...credentialsChangedBy(steps),
    ...(answered('password', 'Outcome').includes('Issued') ? [passwordMark] : []),
    ...answered('permissions', 'GivenBack'),
    ...(answered('deny', 'Outcome').includes('Lifted') ? [denyMark] : []),
  ];
}

/** The texts with that name, at any depth; see `valuesNamed`. */
function* textsNamed(name: string, value: unknown): Generator<string> {
  for (const found of valuesNamed(name, value)) yield* textsIn(found);
}

function* textsIn(value: unknown): Generator<string> {
  const parsed = v.safeParse(json, value);
  if (parsed.success) yield* textsIn(parsed.output);
  else if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const inner of value) yield* textsIn(inner);
}
