import { randomUUID } from 'node:crypto';
import { type Call, readList, readNames, requireText } from '../call.ts';
import { commonError, type Input, isMap } from '../protocol.ts';

/** The largest size of all entries of a request together (bytes). */
const LARGEST = 262_144;

/**
 * Puts events on the default event bus. If EventBridge refuses one event, that entry of a successful answer has an
 * error. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function putEvents(call: Call): Input {
  const entries = readList(call, 'Entries', 10);
  const sent = entries.map((input) => readEntry({ ...call, input }));
  const { account, now } = call;
  const size = Buffer.byteLength(JSON.stringify(entries));
  if (size > LARGEST) throw tooLarge(call);
  const Entries = sent.map(({ source, detailType, detail, resources }) => {
    if (detail === undefined) {
      return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    }
    if (source.startsWith('aws.')) {
      const ErrorMessage = 'Not authorized for the source.';
      return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage };
    }
    const id = randomUUID();
    account.events.push({
      ...{ version: '0', id, source, 'detail-type': detailType, account: account.accountId },
      time: new Date(now).toISOString().replace(/\.\d+/, ''),
      ...{ region: 'us-east-1', resources, detail },
    });
    return { EventId: id };
  });
  const FailedEntryCount = Entries.filter((entry) => 'ErrorCode' in entry).length;
  return { FailedEntryCount, Entries };
}

function readEntry(call: Call) {
  const source = requireText(call, 'Source', 256);
  const detailType = requireText(call, 'DetailType', 128);
  const resources = readNames(call, 'Resources', 50);
  return {
    source,
    detailType,
    resources,
    detail: parseObject(requireText(call, 'Detail', LARGEST)),
  };
}

function parseObject(text: string): Input | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function tooLarge(call: Call) {
  const message = 'Total size of the entries in the request is over the limit.';
  return commonError(call.service, 'Validation', message);
}
