import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueResultToken, type LocalAccount, type LocalAws, startLocalAws } from '../index.ts';
import { authorizeAction } from '../policy/authorize.ts';
import { startFunction, type WarmFunction } from '../run-function.ts';
import { type DeployedFunction, type DeployedStack, deployTemplate } from './deploy.ts';
import type { StackRequest, Template } from './template.ts';

/** A stack in a local account, its functions running with the code, environment and role that the template gives them. */
export interface RunningStack {
  readonly aws: LocalAws;
  readonly account: LocalAccount;
  readonly stack: DeployedStack;
  /** Sends the rule an event of AWS Config; gives what the function gave. Throws what it threw. */
  readonly evaluate: (invokingEvent: object, more?: object) => Promise<unknown>;
  /** The lines that the functions wrote, once they are closed. */
  readonly logs: string[];
  readonly closeFunctions: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Takes an account, a template and where the stack is made. Deploys and runs it. */
export async function runStack(
  account: LocalAccount,
  template: Template,
  request: StackRequest,
): Promise<RunningStack> {
  const stack = deployTemplate(account, template, request);
  const folder = mkdtempSync(join(tmpdir(), 'unused-iam-credentials-'));
  const sessionOf = ({ roleName }: DeployedFunction, name: string) =>
    `arn:${account.partition}:sts::${account.accountId}:assumed-role/${roleName}/${name}`;
  const callers = new Map(
    [...stack.functions].map(([name, fn], index) => [`AKIAFUNCTION${index}`, sessionOf(fn, name)]),
  );
  const aws = await startLocalAws(account, { callerOf: (id) => callers.get(id) });
  const running = new Map<string, WarmFunction>();
  const logs: string[] = [];

  function start(name: string, { code, environment, timeoutSeconds }: DeployedFunction) {
    mkdirSync(join(folder, name), { recursive: true });
    const bundle = join(folder, name, 'index.js');
    writeFileSync(bundle, code);
    const [accessKeyId = ''] =
      [...callers].find(([, session]) => session.endsWith(`/${name}`)) ?? [];
    const warm = startFunction(name.replace('unused-iam-credentials-', ''), {
      ...{ endpoint: aws.endpoint, environment, bundle, accessKeyId },
      remaining: timeoutSeconds * 1000,
    });
    running.set(name, warm);
    return warm;
  }

  async function invoke(name: string, event: unknown): Promise<unknown> {
    const fn = stack.functions.get(name);
    if (fn === undefined) throw new Error(`Function not found: ${name}`);
    const { result, error } = await (running.get(name) ?? start(name, fn)).invoke(event);
    // Lambda writes the function's output under the function's role.
    const resource = `arn:${account.partition}:logs:${request.region}:${account.accountId}:log-group:${fn.logGroup}:log-stream:local`;
    for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
      authorizeAction(account, sessionOf(fn, name), { action, resource, context: {} });
    }
    if (error !== undefined) throw Object.assign(new Error(error.message), { name: error.name });
    return result;
  }
  account.automation.invoke = invoke;

  async function evaluate(invokingEvent: object, more: object = {}): Promise<unknown> {
    const [[ruleName, rule] = []] = account.config.ruleDefinitions;
    if (ruleName === undefined || rule === undefined) throw new Error('There is no rule');
    const name = rule.sourceIdentifier.replace(/^.*:function:/u, '');
    if (!stack.functions.get(name)?.invokers.has('config.amazonaws.com')) {
      throw new Error(`AWS Config may not invoke ${name}`);
    }
    return invoke(name, {
      version: '1.0',
      invokingEvent: JSON.stringify(invokingEvent),
      ruleParameters: JSON.stringify(rule.inputParameters),
      resultToken: issueResultToken(account, ruleName),
      ...{ eventLeftScope: false, configRuleName: ruleName, accountId: account.accountId },
      ...more,
    });
  }

  async function closeFunctions(): Promise<void> {
    for (const warm of running.values()) logs.push(...(await warm.close()));
    running.clear();
  }
  return {
    ...{ aws, account, stack, evaluate, logs, closeFunctions },
    close: async () => {
      await closeFunctions();
      account.automation.python.close();
      await aws.close();
      rmSync(folder, { recursive: true });
    },
  };
}
