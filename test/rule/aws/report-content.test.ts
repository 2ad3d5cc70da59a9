import { createServer } from 'node:http';
import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { IAMClient } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../rule/aws/clients.ts';
import { readStoredCredentialReport } from '../../../rule/aws/iam-credential-report.ts';
import { systemClock } from '../../../rule/clock.ts';

const csv =
  'user,arn\n<root_account>,arn:aws:iam::123456789012:root\nZoë,arn:aws:iam::12:user/Zo\u00eb';
const base64 = Buffer.from(csv).toString('base64');

let content: string;
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'text/xml' }).end(
      `<GetCredentialReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
        <GetCredentialReportResult><Content>${content}</Content><ReportFormat>text/csv</ReportFormat>
        <GeneratedTime>2026-11-21T06:00:00Z</GeneratedTime></GetCredentialReportResult>
        <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCredentialReportResponse>`,
    );
  });
});

beforeEach(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterEach(() => new Promise((resolve) => server.close(resolve)));

async function read() {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const { iam } = connect(
    { iam: IAMClient, config: ConfigServiceClient },
    {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' },
    },
  );
  const report = await readStoredCredentialReport(iam, systemClock, Date.now() + 1000);
  iam.destroy();
  return report;
}

describe('the content of a credential report', () => {
  it.each([
    ['taken out before the SDK reads it', base64],
    ['in lines of 76 characters', base64.replace(/.{76}/gu, '$&\n')],
    ['left to the SDK where it is not plain base64', base64.replace('=', '&#61;')],
  ])('is the same text, %s', async (_, sent) => {
    content = sent;
    expect(base64).toContain('=');
    expect(await read()).toEqual({ content: csv, generatedAt: Date.parse('2026-11-21T06:00:00Z') });
  });
});
