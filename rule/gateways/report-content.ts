import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { GetCredentialReportCommand } from '@aws-sdk/client-iam';

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
