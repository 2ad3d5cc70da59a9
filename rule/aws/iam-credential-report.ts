import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  GenerateCredentialReportCommand,
  GetCredentialReportCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import type { Clock } from '../clock.ts';
import { ExpectedError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import type { CredentialReport } from '../formats/credential-report.ts';
import { callAws, hasAwsCode, present } from './call.ts';

/** Base64 in an XML element that holds nothing else. */
const contentElement = /<Content>([A-Za-z0-9+/=\s]+)<\/Content>/u;

/**
 * Takes the command that fetches a credential report, before it is sent. Gives back a function that,
 * once it was sent, gives the report's text, or undefined where the answer did not look as expected
 * and the SDK has read it whole.
 *
 * The SDK's XML parser builds text a character at a time: the report of 5,000 users, one text of 3 MB,
 * makes it hold over 100 MB for a moment. The text is therefore taken out before the parser sees it.
 */
export function takeReportContent(command: GetCredentialReportCommand): () => string | undefined {
  let content: string | undefined;
  command.middlewareStack.add(
    (next) => async (input) => {
      const result = await next(input);
      const { response } = result;
      if (!hasStreamBody(response)) return result;
      const xml = await text(response.body);
      const base64 = contentElement.exec(xml)?.[1];
      if (base64 === undefined) {
        response.body = Readable.from([Buffer.from(xml)]);
      } else {
        content = Buffer.from(base64, 'base64').toString('utf8');
        response.body = Readable.from([
          Buffer.from(xml.replace(contentElement, '<Content></Content>')),
        ]);
      }
      return result;
    },
    // A low priority puts this behind the step's own reading of the answer.
    { step: 'deserialize', priority: 'low', name: 'takeReportContent' },
  );
  return () => content;
}

function hasStreamBody(response: unknown): response is { body: Readable } {
  return (
    typeof response === 'object' &&
    response !== null &&
    'body' in response &&
    response.body instanceof Readable
  );
}

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
