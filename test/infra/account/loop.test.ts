import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createAccount, createAutomation } from '../../../local-aws/account.ts';
import type { Template } from '../../../local-aws/template/resolve.ts';
import { accessKey, day, now as start, user } from '../../builders/account.ts';
import { accountTemplate } from '../synthesized.ts';
import { type DeployedAccount, deployAccount } from './deploy.ts';

const folder = mkdtempSync(join(tmpdir(), 'loop-'));
const [preload, instant] = [join(folder, 'clock.cjs'), join(folder, 'now')];
let now = start;
function moveTo(when: number): void {
  now = when;
  vi.setSystemTime(when);
  writeFileSync(instant, String(when));
}

/** The functions run in processes of their own: they read the test's time from a file. */
async function withClock(): Promise<Template> {
  writeFileSync(
    preload,
    `const { readFileSync } = require('node:fs');
    const RealDate = Date;
    const now = () => Number(readFileSync(${JSON.stringify(instant)}, 'utf8'));
    globalThis.Date = class extends RealDate {
      constructor(...given) { given.length === 0 ? super(now()) : super(...given); }
      static now() { return now(); }
    };`,
  );
  const template = structuredClone(await accountTemplate());
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const properties = Properties as { Environment: { Variables: Record<string, unknown> } };
    properties.Environment.Variables['NODE_OPTIONS'] = `--require ${preload}`;
  }
  return template;
}

const clock = {
  now: () => now,
  sleep: async (milliseconds: number) => moveTo(now + milliseconds),
};
const account = createAccount({ automation: createAutomation({ clock }) });
const key = accessKey(300, 90);
const frank = user(account, 'frank', {
  accessKeys: [key],
  tags: [{ Key: 'aws:cloudformation:stack-name', Value: 'jobs' }],
});

let deployed: DeployedAccount;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: start });
  moveTo(start);
  deployed = await deployAccount(account, await withClock());
}, 60_000);
afterAll(async () => {
  vi.useRealTimers();
  await deployed.close();
  rmSync(folder, { recursive: true });
});

it('if a stack activates a key again each day, the key is revoked three times within 30 days, and then an alert names the stack', async () => {
  const outcomes: string[] = [];
  for (const each of [0, 1, 2, 29, 30]) {
    moveTo(start + each * day);
    const compliance = (await deployed.schedule())['frank'];
    const done = await deployed.remediate(frank);
    expect(done.failureMessage).toBeUndefined();
    outcomes.push(`${each} ${compliance} ${done.outputs['Decision.Outcome']} ${key.status}`);
    key.status = 'Active';
  }
  const [revoked, left] = ['NON_COMPLIANT Revoke Inactive', 'NON_COMPLIANT KeepsComingBack Active'];
  expect(outcomes).toEqual([
    ...[`0 ${revoked}`, `1 ${revoked}`, `2 ${revoked}`, `29 ${left}`, `30 ${revoked}`],
  ]);
  const alerts = account.published.filter(({ subject }) => /keep coming back/u.test(subject ?? ''));
  expect(alerts).toHaveLength(1);
  expect(alerts[0]?.message).toContain(
    'Tag aws:cloudformation:stack-name = jobs shows what manages the user.\nIn the template of the stack:\n- set Status of the AWS::IAM::AccessKey to Inactive',
  );
  await deployed.closeFunctions();
  const lines = deployed.logs.filter((line) => line.includes('"keeps coming back"'));
  // Both plans of an execution say so.
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ alert: true, userId: frank.userId });
});
