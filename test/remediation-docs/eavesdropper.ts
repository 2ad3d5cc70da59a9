import { inspect } from 'node:util';
import type { Input, ServiceName } from '../../local-aws/protocol.ts';
import type { RestorationCase } from './restoration-case.ts';

/** Passwords, and everything that must not contain them. */
export interface Eavesdropper {
  readonly passwords: Set<string>;
  /** Everything except secrets and login profiles, as text. */
  readonly overheard: () => string;
}

/** Records every request and every error that a function throws. */
export function eavesdrop({ account, aws, local }: RestorationCase): Eavesdropper {
  const passwords = new Set<string>();
  const heard: unknown[] = [];
  const listen = (service: ServiceName, operation: string | undefined, hear: Hear) =>
    aws.faults.push({
      ...{ service, ...(operation === undefined ? {} : { operation }), before: () => undefined },
      when: (input) => {
        hear(input);
        return false;
      },
    });
  listen('iam', 'CreateLoginProfile', ({ Password }) => passwords.add(String(Password)));
  listen('secretsmanager', 'PutSecretValue', ({ SecretString }) =>
    passwords.add(JSON.parse(String(SecretString)).password),
  );
  for (const operation of ['CreateSecret', 'PutResourcePolicy', 'UpdateSecretVersionStage']) {
    listen('secretsmanager', operation, (input) => heard.push(input));
  }
  for (const operation of ['TagUser', 'UpdateAccessKey', 'GetUser']) {
    listen('iam', operation, (input) => heard.push(input));
  }
  for (const service of ['ssm', 'sns', 'events', 'config'] as const) {
    listen(service, undefined, (input) => heard.push(input));
  }
  const { invoke } = account.automation;
  account.automation.invoke = async (name, payload) => {
    try {
      return await invoke(name, payload);
    } catch (error) {
      heard.push(error);
      throw error;
    }
  };
  const everything = { depth: null, maxArrayLength: null, maxStringLength: null, showHidden: true };
  const overheard = () => {
    const users = account.users.map(({ loginProfile: _, ...user }) => user);
    const secrets = [...account.secrets.values()].map(({ versions: _, ...secret }) => secret);
    const { automation, parameters, published, events, config } = account;
    const { executions } = automation;
    const kept = { users, secrets, executions, parameters, published, events, config };
    return inspect({ kept, log: local.log, heard }, everything);
  };
  return { passwords, overheard };
}

type Hear = (input: Input) => void;
