import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { ExpectedError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { CredentialReport } from '../formats/credential-report.ts';
import { callAws, hasAwsCode, present } from './call-aws.ts';
import type { Clock } from './clock.ts';
import { takeReportContent } from './report-content.ts';

/** What the functions here call. */
export const credentialReportActions = [
  'iam:GenerateCredentialReport',
  'iam:GetCredentialReport',
] as const;
const [generateAction, getAction] = credentialReportActions;

/** Waits between polls grow to this (milliseconds); IAM takes some seconds for most accounts. */
const longestWait = 10_000;

/**
 * Asks IAM for a report and waits for it. IAM makes a new one unless it stores one of the last 4
 * hours. Takes an IAM client, a clock, and the instant at which to give up.
 * Throws AwsError, and CredentialReportError when the report is not complete by the deadline.
 */
export async function makeCredentialReport(
  iam: IAMClient,
  clock: Clock,
  deadline: Instant,
): Promise<CredentialReport> {
  for (let wait = 1000; ; wait = Math.min(wait * 2, longestWait)) {
    const state = await requestReport(iam);
    if (state === 'COMPLETE') {
      const report = await fetchStored(iam);
      if (report !== null) return report;
    }
    if (clock.now() + wait > deadline) {
      throw new ExpectedError(
        'CredentialReportError',
        'IAM did not complete the credential report in time ' +
          `(last state ${state}). Nobody was judged; evaluate again later.`,
      );
    }
    await clock.sleep(wait);
  }
}

/**
 * Takes the same; gives back the report that IAM stores, up to 4 hours old, and makes one only where
 * none is stored. Throws the same.
 */
export async function readStoredCredentialReport(
  iam: IAMClient,
  clock: Clock,
  deadline: Instant,
): Promise<CredentialReport> {
  return (await fetchStored(iam)) ?? (await makeCredentialReport(iam, clock, deadline));
}

async function requestReport(iam: IAMClient): Promise<string> {
  try {
    const answer = await callAws(generateAction, () =>
      iam.send(new GenerateCredentialReportCommand({})),
    );
    return answer.State ?? 'unknown';
  } catch (error) {
    // Too many reports were asked for lately, by any tool: one will be stored soon.
    if (hasAwsCode(error, 'ReportGenerationLimitExceededException')) return 'limit exceeded';
    throw error;
  }
}

/** Null when no report is stored, the stored one has expired, or a new one is being made. */
async function fetchStored(iam: IAMClient): Promise<CredentialReport | null> {
  try {
    const command = new GetCredentialReportCommand({});
    const takenContent = takeReportContent(command);
    const answer = await callAws(getAction, () => iam.send(command));
    return {
      content:
        takenContent() ?? new TextDecoder().decode(present(answer.Content, 'Content', getAction)),
      generatedAt: present(answer.GeneratedTime, 'GeneratedTime', getAction).getTime(),
    };
  } catch (error) {
    const none = [
      'CredentialReportNotPresentException',
      'CredentialReportExpiredException',
      'CredentialReportNotReadyException',
    ];
    if (hasAwsCode(error, ...none)) return null;
    throw error;
  }
}
