import { onTestFinished } from 'vitest';
import {
  createAccount,
  type LocalAccessKey,
  type LocalAccount,
  type LocalExecution,
  type LocalUser,
} from '../../local-aws/account.ts';
import { deny, type Fault } from '../../local-aws/faults.ts';
import { renderCredentialReport } from '../../local-aws/services/iam.ts';
import type { RevocationRecord } from '../../rule/core/revocation-record.ts';
import { decodeRecord } from '../../rule/formats/record-codec.ts';
import { accessKey, password, user } from '../builders/account.ts';
import { type LocalRemediation, startRemediation } from '../builders/remediation.ts';

/** An account with everything deployed, and the user frank with an unused password and an unused key. */
export interface RevocationCase {
  readonly account: LocalAccount;
  readonly local: LocalRemediation;
  readonly frank: LocalUser;
  readonly key: LocalAccessKey;
}

/** Starts a case that ends with the test. `rest` replaces properties of frank. */
export async function startCase(
  rest: Partial<LocalUser> = {},
  inputParameters: Record<string, string> = {},
): Promise<RevocationCase> {
  const account = createAccount();
  const key = accessKey(300, 90);
  const frank = user(account, 'frank', {
    ...password(400, 100, 350),
    accessKeys: [key],
    ...rest,
  });
  const local = await startRemediation(account, inputParameters);
  onTestFinished(local.close);
  return { account, local, frank, key };
}

/** Events change nothing, and a revocation does not depend on them. */
const reads = /^(Get|List|Describe|Generate|StartAutomationExecution|PutEvents)/;

/** The changing requests so far, in order; a refused one with its error. */
export function changes({ aws }: LocalRemediation): string[] {
  return aws.requests.entries
    .filter(({ operation }) => !reads.test(operation))
    .map(({ operation, error }) => (error === undefined ? operation : `${operation} ${error}`));
}

/** What the user can use: IDs of active keys, and `password`. */
export function usable({ accessKeys, loginProfile }: LocalUser): string[] {
  const keys = accessKeys.filter(({ status }) => status === 'Active');
  return [...keys.map((key) => key.accessKeyId), ...(loginProfile ? ['password'] : [])];
}

/** Status and outcome, for example `Success Revoke`; `-` for no outcome. */
export function ending({ status, steps }: LocalExecution): string {
  const decided = steps.find(({ name }) => name === 'Decision')?.outputs['Outcome']?.[0];
  return `${status} ${decided ?? '-'}`;
}

/** The failed steps of an execution by name, with their messages. */
export function failures({ steps }: LocalExecution): Record<string, string | undefined> {
  const failed = steps.filter(({ status }) => status === 'Failed');
  return Object.fromEntries(failed.map(({ name, failureMessage }) => [name, failureMessage]));
}

/** A record in Parameter Store: its text read, who wrote each version, its tags. */
export interface StoredRecord {
  readonly name: string;
  readonly record: RevocationRecord;
  readonly writers: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** All records, the oldest first. */
export function recordsIn(account: LocalAccount): StoredRecord[] {
  const records = [...account.parameters].filter(([name]) => name.includes('/records/'));
  return records.map(([name, { versions, tags }]) => ({
    name,
    record: decodeRecord(versions.at(-1)?.value ?? ''),
    writers: versions.map((version) => version.user),
    tags: Object.fromEntries(tags),
  }));
}

/** What each record says is revoked, as IDs of keys and `password`. */
export function recorded(account: LocalAccount): string[][] {
  return recordsIn(account).map(({ record }) =>
    record.credentials.map(({ id }) => id ?? 'password'),
  );
}

/** Stores a credential report of the account's current state; `age` is in milliseconds. */
export function storeReport({ account, now }: LocalRemediation, age: number): void {
  const content = renderCredentialReport(account);
  account.credentialReport = { requestedAt: now - age, readyAt: now - age, content };
}

/** The time from a report to the end of the wait for the next one (milliseconds). The seconds follow from the user's ID. */
export const nextReport = 4 * 3_600_000 + 60_000 + 91_000;

/** Calls back when a wait for a report begins. Returns all such waits (milliseconds). */
export function onWait({ account }: LocalRemediation, act: () => void = () => undefined): number[] {
  const waits: number[] = [];
  const { clock } = account.automation;
  const sleep = async (milliseconds: number) => {
    if (milliseconds >= 60_000) {
      waits.push(milliseconds);
      act();
    }
    await clock.sleep(milliseconds);
  };
  account.automation.clock = { ...clock, sleep };
  return waits;
}

/** Calls back once, before the account runs an operation. */
export function before(operation: string, act: () => void): Fault {
  return { operation, before: act, times: 1 };
}

/** Denies a read `times` times, from when the account runs another operation. */
export function denyFrom({ aws }: LocalRemediation, start: string, read: string, times: number) {
  aws.faults.push(before(start, () => void aws.faults.push({ ...deny(read), times })));
}

/** Lets time pass only while every running execution sleeps, so that one that waits for another gives it the turn. */
export function takeTurns(local: LocalRemediation): void {
  const { automation } = local.account;
  const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  const awaited = new Set<Promise<void>>();
  const next = () => {
    const running = [...automation.executions.values()].filter(({ end }) => end === undefined);
    if (sleepers.length < running.length) return;
    const first = sleepers.toSorted((a, b) => a.until - b.until)[0];
    if (first === undefined) return;
    sleepers.splice(sleepers.indexOf(first), 1);
    local.now = Math.max(local.now, first.until);
    first.wake();
  };
  local.sleep = (milliseconds) =>
    new Promise((wake) => {
      for (const ended of automation.running.values()) {
        if (!awaited.has(ended)) void ended.then(next);
        awaited.add(ended);
      }
      sleepers.push({ until: local.now + milliseconds, wake });
      next();
    });
}

/** Synchronizes executions: none gets a function's answer before all have called it. */
export function keepInStep(
  { account: { automation } }: LocalRemediation,
  executions: number,
): void {
  const { invoke } = automation;
  const waiting: (() => void)[] = [];
  automation.invoke = async (name, payload) => {
    const answer = await invoke(name, payload);
    const all = new Promise<void>((resolve) => waiting.push(resolve));
    if (waiting.length === executions) for (const go of waiting.splice(0)) go();
    await all;
    return answer;
  };
}
