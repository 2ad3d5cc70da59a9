import { parseArn } from '../../../rule/core/arns.ts';
import type { Instant } from '../../../rule/core/instant.ts';
import { parameterNames } from '../../../rule/core/rule-parameters.ts';
import { escapeControls } from '../../terminal/style.ts';
import type { AuditedAccount, AuditedUser, AuditProblem, AuditResult } from '../result.ts';
import { nameOfCredential } from '../summary.ts';
import type { View } from '../view.ts';

const product = 'unused-iam-credentials';

/** The version of the Open Cybersecurity Schema Framework that the findings follow. */
const schemaVersion = '1.9.0';

/** A normalized value with its caption, which the schema calls siblings. */
type Captioned = readonly [id: number, caption: string];

/** What the schema calls the status of a compliance check. */
const checkStatus = { pass: [1, 'Pass'], warning: [2, 'Warning'], fail: [3, 'Fail'] } as const;

/** What a finding is about, and what was found. */
interface Evaluation {
  readonly status: Captioned;
  readonly severity: Captioned;
  /** Why, in a sentence. */
  readonly reason: string;
  /** The category of a user; null if there is none. */
  readonly code: string | null;
  readonly title: string;
  readonly time: Instant;
  /** Null if it is not known. */
  readonly accountId: string | null;
  readonly resource: { readonly uid: string; readonly type: string } & Readonly<
    Record<string, unknown>
  >;
  readonly observables: readonly unknown[];
  readonly remediation: string | null;
}

/**
 * Yields a JSON array of OCSF Compliance Findings (class 2003), one on each line: for each user, and for each user and
 * account that could not be evaluated. A user has the same `finding_info.uid` in every run.
 */
export function* renderOcsf(result: AuditResult, { users, version }: View): Generator<string> {
  const parameters = controlParameters(result);
  let separator = '[\n';
  for (const evaluation of evaluationsOf(result, users)) {
    const finding = toFinding(evaluation, parameters, version);
    yield `${separator}${escapeControls(JSON.stringify(finding))}`;
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

function* evaluationsOf(result: AuditResult, users: readonly AuditedUser[]): Generator<Evaluation> {
  const timeOf = new Map(result.accounts.map(({ accountId, asOf }) => [accountId, toTime(asOf)]));
  const timeIn = (accountId: string | null) => timeOf.get(accountId ?? '') ?? toTime(result.asOf);
  for (const user of users) yield ofUser(user, timeIn(user.accountId));
  for (const error of result.errors) yield ofError(error, timeIn(error.accountId));
  for (const account of result.accounts) if (account.failure !== null) yield ofFailure(account);
}

function ofUser(user: AuditedUser, time: Instant): Evaluation {
  const { arn, userName, userId, accountId, annotation, credentials } = user;
  const isFailed = user.compliance === 'NON_COMPLIANT';
  const keys = credentials.flatMap(({ id, lastUsed }) =>
    id === null ? [] : [{ uid: id, type: 'Access Key', ...lastUsedTime(lastUsed) }],
  );
  const due = credentials.filter((credential) => credential.due).map(nameOfCredential);
  return {
    status: isFailed ? checkStatus.fail : checkStatus.pass,
    severity: isFailed ? [3, 'Medium'] : [1, 'Informational'],
    reason: annotation,
    code: user.category,
    title: isFailed
      ? `IAM user ${userName} has unused credentials`
      : `IAM user ${userName} has no unused credentials that make the user NON_COMPLIANT`,
    time,
    accountId,
    resource: {
      ...{ uid: arn, name: userName, type: 'AWS::IAM::User' },
      user: {
        ...{ name: userName, uid: arn, ...(userId === null ? {} : { uid_alt: userId }) },
        ...{ type_id: 1, type: 'User', account: toAccount(accountId) },
        ...(keys.length === 0 ? {} : { programmatic_credentials: keys }),
      },
      data: {
        becomesUnused: user.becomesUnused,
        exemption: user.exemption,
        credentials,
        unjudged: user.unjudged,
      },
    },
    observables: [
      observable('resources[0].user.name', [4, 'User Name'], userName),
      ...keys.map(({ uid }, index) =>
        observable(
          `resources[0].user.programmatic_credentials[${index}].uid`,
          [19, 'User Credential ID'],
          uid,
        ),
      ),
    ],
    remediation: isFailed
      ? `Delete the login profile of an unused password and deactivate unused access keys (${due.join(', ')}), or exempt the user.`
      : null,
  };
}

function ofError({ arn, message, accountId }: AuditProblem, time: Instant): Evaluation {
  return {
    ...notEvaluated(message, time),
    title: `IAM user ${arn} could not be evaluated`,
    accountId,
    resource: { uid: arn, type: 'AWS::IAM::User' },
  };
}

function ofFailure({ accountId, asOf, failure }: AuditedAccount): Evaluation {
  return {
    ...notEvaluated(failure ?? '', toTime(asOf)),
    title: `The IAM users of account ${accountId} could not be evaluated`,
    accountId,
    resource: { uid: accountId, type: 'AWS::::Account' },
  };
}

function notEvaluated(
  reason: string,
  time: Instant,
): Omit<Evaluation, 'title' | 'accountId' | 'resource'> {
  const severity: Captioned = [1, 'Informational'];
  const rest = { code: null, observables: [], remediation: null };
  return { status: checkStatus.warning, severity, reason, time, ...rest };
}

function toFinding(
  evaluation: Evaluation,
  parameters: readonly unknown[],
  version: string,
): Record<string, unknown> {
  const { time, title, reason, accountId, resource, remediation } = evaluation;
  const [statusId, status] = evaluation.status;
  const [severityId, severity] = evaluation.severity;
  const isNew = statusId === checkStatus.fail[0];
  return {
    ...{ category_uid: 2, category_name: 'Findings' },
    ...{ class_uid: 2003, class_name: 'Compliance Finding' },
    ...{ activity_id: 1, activity_name: 'Create' },
    ...{ type_uid: 200301, type_name: 'Compliance Finding: Create' },
    ...{ time, timezone_offset: 0, severity_id: severityId, severity },
    ...(isNew ? { status_id: 1, status: 'New' } : {}),
    message: reason,
    metadata: {
      version: schemaVersion,
      product: { name: product, vendor_name: product, version },
      profiles: ['cloud'],
    },
    finding_info: {
      uid: `${product}:${resource.uid}`,
      title,
      desc: reason,
      created_time: time,
      types: ['Unused IAM credentials'],
    },
    compliance: {
      control: product,
      ...{ status_id: statusId, status },
      ...(evaluation.code === null ? {} : { status_code: evaluation.code }),
      status_details: [reason],
      control_parameters: parameters,
    },
    cloud: {
      provider: 'AWS',
      ...(accountId === null ? {} : { account: toAccount(accountId) }),
      ...partitionOf(resource.uid),
    },
    resources: [{ ...resource, role_id: 1, role: 'Target', ...partitionOf(resource.uid) }],
    observables: [
      observable('resources[0].uid', [10, 'Resource UID'], resource.uid),
      ...evaluation.observables,
    ],
    ...(remediation === null ? {} : { remediation: { desc: remediation } }),
  };
}

function controlParameters({ parameters }: AuditResult): unknown[] {
  if (parameters === null) return [];
  return parameterNames.flatMap<unknown>((name) => {
    const value = parameters[name];
    if (typeof value !== 'object') return [{ name, value: String(value) }];
    return value.length === 0 ? [] : [{ name, values: value }];
  });
}

function observable(name: string, [typeId, type]: Captioned, value: string) {
  return { name, type_id: typeId, type, value };
}

function toAccount(accountId: string) {
  return { uid: accountId, type_id: 10, type: 'AWS Account' };
}

/** The partition of a user's ARN; nothing for other text. */
function partitionOf(uid: string): { cloud_partition?: string } {
  const arn = parseArn(uid, 'iam');
  return arn === null ? {} : { cloud_partition: arn.partition };
}

function lastUsedTime(lastUsed: string | null): { last_used_time?: Instant } {
  return lastUsed === null ? {} : { last_used_time: toTime(lastUsed) };
}

function toTime(instant: string): Instant {
  return Date.parse(instant);
}
