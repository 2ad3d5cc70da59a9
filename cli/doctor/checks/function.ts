import { contentHash, describedHash } from '../../../remediation-docs/content-hash.ts';
import type { RuleLocation } from '../../../rule/aws/config-rule.ts';
import { type DeployedFunction, downloadCode } from '../../../rule/aws/lambda.ts';
import { functionNames, functionRoleArn, shortName } from '../../../rule/core/names.ts';
import {
  align,
  type Check,
  conclude,
  type Finding,
  ok,
  passing,
  readAll,
  redeploy,
  revert,
  type Sources,
  setParameter,
  waitAMinute,
  warning,
  wrong,
} from '../check.ts';
import { readZip } from '../zip.ts';

/** The environment variables that the stack gives to each function. */
export const functionVariables: Readonly<Record<string, readonly string[]>> = {
  [functionNames.evaluate]: [
    ...['AUTOMATIC_REMEDIATION', 'CONFIG_RULE_NAME', 'DIGEST_PER_OWNER'],
    ...['NOTIFICATION_TOPIC_ARN', 'OWNER_TAG', 'REPORT_UNCHANGED', 'RULE_PARAMETERS'],
    'WARNING_DAYS',
  ],
  [functionNames.planRevocation]: [
    ...['NOTIFICATION_TOPIC_ARN', 'OWNER_TAG', 'PASSWORDS', 'REVOCATION_LIMITS'],
    'RULE_PARAMETERS',
  ],
  [functionNames.planRetirement]: [
    ...['NOTIFICATION_TOPIC_ARN', 'OWNER_TAG', 'PASSWORDS', 'REVOCATION_LIMITS'],
    'RULE_PARAMETERS',
  ],
  [functionNames.planRestoration]: [
    ...['CONFIG_RULE_NAME', 'NOTIFICATION_TOPIC_ARN', 'OWNER_TAG', 'PASSWORDS'],
    ...['RESTORE_OPERATOR_ARNS', 'RULE_PARAMETERS'],
  ],
  [functionNames.planPurge]: [
    ...['DIGEST_PER_OWNER', 'NOTIFICATION_TOPIC_ARN', 'OWNER_TAG', 'PURGE_LIMITS'],
    'RULE_PARAMETERS',
  ],
  [functionNames.issuePassword]: [
    ...['NOTIFICATION_TOPIC_ARN', 'OWNER_TAG', 'PASSWORD_READER_ROLE_ARN'],
  ],
  [functionNames.restorePermissions]: [
    ...['NOTIFICATION_TOPIC_ARN', 'OWNER_TAG', 'RESTORE_OPERATOR_ARNS'],
  ],
};

interface Functions {
  /** Null if there is no such function. */
  readonly deployed: DeployedFunction | null;
  /** The files of its deployment package, by name. */
  readonly files: ReadonlyMap<string, string>;
  /** The hash of the bundle that this version deploys. */
  readonly hash: string | undefined;
  readonly location: RuleLocation | null;
  /** What the deployment can do about deleted passwords; null if it does not say. */
  readonly passwords: string | null;
  /** Whether revocations delete passwords. */
  readonly deletesPasswords: boolean;
}

/** Checks that a function is as deployed: code, role, environment and layers; and that it can be invoked. */
export function functionCheck(name: string): Check<Functions> {
  return {
    id: `function-${shortName(name)}`,
    read: (sources) => readFunctions(sources, name),
    judge: (functions) => judgeFunction(functions, name),
  };
}

async function readFunctions(sources: Sources, name: string): Promise<Functions> {
  const { build, deployedFunction } = sources;
  const [{ functions }, deployed] = await readAll(build(), deployedFunction(name));
  const files = deployed === null ? new Map() : readZip(await downloadCode(deployed));
  const found = { deployed, files, hash: functions.get(name), location: await sources.location() };
  if (name !== functionNames.issuePassword || deployed !== null) {
    return { ...found, passwords: null, deletesPasswords: false };
  }
  const planner = await deployedFunction(functionNames.planRestoration).catch(() => null);
  const remediation = await sources.remediation().catch(() => null);
  const action = remediation?.parameters.get('PasswordAction')?.text ?? 'Delete';
  const passwords = planner?.variables.get('PASSWORDS') ?? null;
  return { ...found, passwords, deletesPasswords: action !== 'Keep' };
}

function judgeFunction(found: Functions, name: string): Finding {
  const { deployed, hash } = found;
  if (deployed === null) return judgeMissing(found, name);
  const { description, state, stateReason, lastUpdateStatus, lastUpdateReason } = deployed;
  const content = describedHash(description);
  const faults: Finding[] = [];
  if (content !== hash || content === undefined) {
    const is =
      content === undefined ? 'its description does not name its version' : `it is ${content}`;
    faults.push(wrong(`not the code of this version (${hash ?? 'unknown'}); ${is}`, align));
  }
  const changes = findChanges(found, deployed, name, content ?? hash);
  if (changes.length > 0) {
    faults.push(wrong(`changed since its deployment: ${changes.join(', ')}`, revert));
  }
  const say = (what: string, status: string, reason: string | null) => {
    const finding = `${what} ${status}${reason === null ? '' : `: ${reason}`}`;
    faults.push(
      passing.has(status)
        ? warning(finding, waitAMinute)
        : wrong(finding, `fix the cause, then ${redeploy}`),
    );
  };
  if (state !== 'Active') say('state', state, stateReason);
  if (lastUpdateStatus !== 'Successful') say('last update', lastUpdateStatus, lastUpdateReason);
  return conclude(faults, `the code of this version (${content}), as deployed; active`);
}

/** Names everything that someone changed outside the stack. */
function findChanges(
  { files, location }: Functions,
  { roleArn, handler, layerArns, variables }: DeployedFunction,
  name: string,
  content: string | undefined,
): string[] {
  const code = files.get('index.js');
  // CloudFormation may add its own module to inline code, which never loads it.
  const others = [...files.keys()].filter((file) => !/^(index|cfn-response)\.js$/u.test(file));
  const expected = functionVariables[name] ?? [];
  const added = [...variables.keys()].filter((variable) => !expected.includes(variable));
  const removed = expected.filter((variable) => !variables.has(variable));
  const role = location === null ? roleArn : functionRoleArn(name, location);
  return [
    ...(code !== undefined && contentHash(code) === content ? [] : ['the code in index.js']),
    ...others.map((file) => `the added file ${file}`),
    ...(roleArn === role ? [] : [`the role ${roleArn}, not ${role}`]),
    ...(handler === 'index.handler' ? [] : [`the handler ${handler}`]),
    ...layerArns.map((arn) => `the added layer ${arn}`),
    ...added.map((variable) => `the added environment variable ${variable}`),
    ...removed.map((variable) => `the missing environment variable ${variable}`),
  ];
}

/** Without a reader of passwords, the stack has no function that issues them. */
function judgeMissing({ passwords, deletesPasswords }: Functions, name: string): Finding {
  const none = `there is no function ${name} in this Region`;
  if (passwords === 'ByHand' || (passwords === 'None' && !deletesPasswords)) {
    return ok('not deployed: an administrator creates new passwords by hand (docs/undo.md)');
  }
  if (passwords === 'None') {
    return warning(
      'not deployed: revocations delete passwords, and no restoration can issue a new one',
      setParameter('PasswordReaderRoleArn, PasswordsComeBackByHand or PasswordAction'),
    );
  }
  return wrong(none, redeploy);
}
