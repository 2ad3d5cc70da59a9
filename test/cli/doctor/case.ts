import { onTestFinished } from 'vitest';
import type { CheckResult } from '../../../cli/doctor/check.ts';
import type { Report } from '../../../cli/doctor/doctor.ts';
import type { CommandEnvironment } from '../../../cli/environment.ts';
import { createAccount, type LocalAccount } from '../../../local-aws/account.ts';
import { accessKey, password, user } from '../../builders/account.ts';
import { deployWhole } from '../../builders/deployment.ts';
import { type LocalRemediation, startRemediation } from '../../builders/remediation.ts';
import { type ProgramRun, runProgramIn } from '../run-program.ts';

/** A healthy deployment, and frank, whose password and key are unused. */
export interface DoctorCase {
  readonly account: LocalAccount;
  readonly local: LocalRemediation;
  /** Runs `doctor` with these arguments. */
  readonly run: (...args: readonly string[]) => Promise<ProgramRun>;
  readonly close: () => Promise<void>;
  /** Runs it without a dry run; returns the exit code and the results. */
  readonly examine: (
    ...args: readonly string[]
  ) => Promise<{ code: number; report: Report; check: (id: string) => CheckResult }>;
}

/** Starts a case that ends with the test, with what differs in the program's environment. */
export async function startDoctorCase(
  environment: Partial<CommandEnvironment> = {},
): Promise<DoctorCase> {
  const started = await openDoctorCase(environment);
  onTestFinished(started.close);
  return started;
}

/** Starts a case, which must be closed. */
export async function openDoctorCase(
  environment: Partial<CommandEnvironment> = {},
): Promise<DoctorCase> {
  const account = createAccount();
  user(account, 'frank', { ...password(400, 100), accessKeys: [accessKey(300, 90)] });
  const local = await startRemediation(account);
  deployWhole(account);
  const run: DoctorCase['run'] = (...args) =>
    runProgramIn(local, ['doctor', ...args], undefined, environment);
  const examine: DoctorCase['examine'] = async (...args) => {
    const { code, stdout } = await run('--no-dry-run', '--format', 'json', ...args);
    const report: Report = JSON.parse(stdout);
    const check = (id: string) => {
      const found = report.checks.find((result) => result.id === id);
      if (found === undefined) throw new Error(`No check ${id}`);
      return found;
    };
    return { code, report, check };
  };
  return { account, local, run, examine, close: local.close };
}
