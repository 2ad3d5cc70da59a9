import { expect } from 'vitest';
import { addUser, createAccount, type LocalAccount } from '../../../local-aws/account.ts';
import type { Statement } from '../../../local-aws/policy/policy.ts';
import type { Input } from '../../../local-aws/protocol.ts';
import { type LocalAws, startLocalAws } from '../../../local-aws/server.ts';
import { START } from '../fixture.ts';

/** A session of the role whose policies these tests are about. */
export const caller = 'arn:aws:sts::123456789012:assumed-role/Revoker/Automation-1';

/** An account with one user, frank at /staff/, and the role Revoker. */
export interface RoleFixture {
  account: LocalAccount;
  aws: LocalAws;
  /** Gives the role these statements, and no others. */
  permit(...statements: Statement[]): void;
  /** Performs an operation as the role, or as another. Gives `done`, or an error's code and message. */
  call(service: string, operation: string, input?: Input, by?: string): string;
}

/** Starts a fixture, whose account has no roles before the first permit. */
export async function startRole(): Promise<RoleFixture> {
  const account = createAccount();
  addUser(account, { userName: 'frank', path: '/staff/', createDate: START });
  const aws = await startLocalAws(account);
  return {
    ...{ account, aws },
    permit: (...Statement) => {
      const policies = Statement.length > 0 ? [{ Version: '2012-10-17' as const, Statement }] : [];
      account.roles = new Map([['Revoker', policies]]);
    },
    call: (service, operation, input = {}, by = caller) => {
      try {
        aws.perform({ service, operation, input, caller: by });
        return 'done';
      } catch (error) {
        const { code, message } = error as Error & { code: string };
        return `${code}: ${message}`;
      }
    },
  };
}

/** Makes a statement. */
export function allow(
  Action: string | string[],
  Resource: string,
  Condition: NonNullable<Statement['Condition']> = {},
): Statement {
  return { Effect: 'Allow', Action, Resource, Condition };
}

/** Matches what `call` gives where the role is denied, under a service's code for it. */
export function refusedBy(code: string): unknown {
  return expect.stringMatching(new RegExp(`^${code}: User: `));
}
