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
import { call, hasAwsCode, orNull, required } from './call.ts';

/** Base64 in an XML element that holds nothing else. */
const contentElement = /<Content>([A-Za-z0-9+/=\s]+)<\/Content>/u;

/**
 * Removes the report from the XML before the SDK's parser reads it, which costs memory: see decision 0009.
 * After the command was sent, the returned function returns the report's text, or undefined if the answer did
 * not look as expected and the SDK has parsed all of it.
 */
function takeReportContent(command: GetCredentialReportCommand): () => string | undefined {
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
    // A low priority puts this before the SDK's own reading of the response.
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

/** Waits between polls grow to this (milliseconds); IAM takes some seconds for most accounts. */
const longestWait = 10_000;

/** While IAM has no capacity for a new report, the stored report is not used before this time (milliseconds). */
const patienceWithLimit = 120_000;

/**
 * Asks IAM for a report and waits for it until the deadline. IAM makes a new one only if the one it stores is older
 * than 4 hours. If IAM has no capacity for some minutes, the stored one serves. A report that is not complete in
 * time is a CredentialReportError.
 */
export async function makeCredentialReport(
  iam: IAMClient,
  clock: Clock,
  deadline: Instant,
): Promise<CredentialReport> {
  const begin = clock.now();
  const useStoredFrom = begin + Math.min(patienceWithLimit, (deadline - begin) / 2);
  for (let wait = 1000; ; wait = Math.min(wait * 2, longestWait)) {
    const state = await requestReport(iam);
    if (state === 'COMPLETE' || (state === noCapacity && clock.now() >= useStoredFrom)) {
      const report = await fetchStored(iam);
      if (report !== null) return report;
    }
    if (clock.now() + wait > deadline) {
      throw new ExpectedError(
        'CredentialReportError',
        'IAM did not complete the credential report in time ' +
          `(last state ${state}). No user was evaluated; try again later.`,
      );
    }
    await clock.sleep(wait);
  }
}

/** The report that IAM stores, up to 4 hours old; makes one only if none is stored. */
export async function readStoredCredentialReport(
  iam: IAMClient,
  clock: Clock,
  deadline: Instant,
): Promise<CredentialReport> {
  return (await fetchStored(iam)) ?? (await makeCredentialReport(iam, clock, deadline));
}

/** IAM is making as many reports as it can, often because other tools asked for some. */
const noCapacity = 'no capacity';

/** The state of the newest report, or `noCapacity`. */
function requestReport(iam: IAMClient): Promise<string> {
  const command = new GenerateCredentialReportCommand({});
  let isRefused = false;
  // The SDK would take this error for throttling: repeat the request for most of a minute, and slow down all others.
  command.middlewareStack.add(
    (next) => async (input) => {
      try {
        return await next(input);
      } catch (error) {
        if (!hasAwsCode(error, 'LimitExceededException')) throw error;
        isRefused = true;
        return { output: { $metadata: {} }, response: {} };
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'takeLimitExceeded' },
  );
  return call(iam, command, ({ State }) => (isRefused ? noCapacity : (State ?? 'unknown')));
}

/** Null if no report is stored, the stored one has expired, or IAM is making a new one. */
function fetchStored(iam: IAMClient): Promise<CredentialReport | null> {
  const command = new GetCredentialReportCommand({});
  const takenContent = takeReportContent(command);
  const report = call(iam, command, ({ Content, GeneratedTime }) => ({
    content: takenContent() ?? new TextDecoder().decode(required(Content, 'Content')),
    generatedAt: required(GeneratedTime, 'GeneratedTime').getTime(),
  }));
  return orNull(
    report,
    'CredentialReportNotPresentException',
    'CredentialReportExpiredException',
    'CredentialReportNotReadyException',
  );
}
