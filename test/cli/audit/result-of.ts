import * as v from 'valibot';
import { runInProcess } from '../run-in-process.ts';

/** The parts of the JSON result that these tests look at. */
const result = v.looseObject({
  asOf: v.string(),
  parameters: v.nullable(v.looseObject({ maxCredentialUsageAge: v.number() })),
  accounts: v.array(
    v.looseObject({
      accountId: v.string(),
      asOf: v.string(),
      users: v.number(),
      nonCompliant: v.number(),
      errors: v.number(),
      failure: v.nullable(v.string()),
    }),
  ),
  users: v.array(
    v.looseObject({
      userName: v.string(),
      arn: v.string(),
      accountId: v.string(),
      compliance: v.string(),
      annotation: v.string(),
      credentials: v.array(v.looseObject({ type: v.string(), idleDays: v.number() })),
    }),
  ),
  errors: v.array(
    v.strictObject({ arn: v.string(), message: v.string(), accountId: v.nullable(v.string()) }),
  ),
  summary: v.looseObject({ notes: v.array(v.string()) }),
});

/** Runs `audit --format json` in this process. Returns the run and its JSON; the JSON is read only when asked for. */
export async function auditResult(
  args: readonly string[],
  options: Parameters<typeof runInProcess>[1] = {},
) {
  const run = await runInProcess(['audit', '--format', 'json', ...args], options);
  return { ...run, read: () => v.parse(result, JSON.parse(run.stdout)) };
}
