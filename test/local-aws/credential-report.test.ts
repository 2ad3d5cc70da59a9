import { afterEach, beforeEach, expect, it } from 'vitest';
import { addUser, type LocalUser } from '../../local-aws/account.ts';
import { expectError, type Fixture, START, startFixture } from './fixture.ts';

const CREATED = Date.UTC(2024, 2, 2, 10, 11, 12, 999);
const HOUR = 3_600_000;

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(() => fixture.close());

const add = (userName: string, rest: Partial<LocalUser> = {}) =>
  addUser(fixture.account, { userName, createDate: CREATED, ...rest });

async function readReport(): Promise<string[]> {
  await fixture.iam.generateCredentialReport({});
  const { Content } = await fixture.iam.getCredentialReport({});
  return new TextDecoder().decode(Content).split('\n');
}

it('is made in some time, kept for 4 hours, and then made again', async () => {
  const { account, iam } = fixture;
  account.reportDurationMs = 5000;
  const generate = async () => (await iam.generateCredentialReport({})).State;
  const missing = iam.getCredentialReport({});
  await expectError(missing, 'CredentialReportNotPresentException 410');
  expect([await generate(), await generate()]).toEqual(['STARTED', 'INPROGRESS']);
  add('later');
  const early = iam.getCredentialReport({});
  await expectError(early, 'CredentialReportNotReadyException 404');
  fixture.now = START + 5000;
  expect(await generate()).toBe('COMPLETE');
  const GeneratedTime = new Date('2026-11-01T12:00:00Z');
  fixture.now = GeneratedTime.getTime() + 4 * HOUR;
  const report = await iam.getCredentialReport({});
  expect(report).toMatchObject({ ReportFormat: 'text/csv', GeneratedTime });
  expect(new TextDecoder().decode(report.Content)).not.toContain('later');
  expect(await generate()).toBe('COMPLETE');
  fixture.now += 1;
  const late = iam.getCredentialReport({});
  await expectError(late, 'CredentialReportExpiredException 410');
  expect(await generate()).toBe('STARTED');
});

it('is written as IAM wrote one in September 2026', async () => {
  const profile = { createDate: CREATED, lastChanged: CREATED, passwordResetRequired: false };
  add('Zoe', { loginProfile: profile });
  add('adam', { passwordLastUsed: CREATED });
  add('Mia', {
    path: '/staff/',
    passwordLastUsed: START - HOUR,
    loginProfile: { ...profile, lastChanged: START - 2 * HOUR },
    accessKeys: [
      { accessKeyId: 'AKIA2', status: 'Active', createDate: CREATED + 1, lastRotated: CREATED },
      {
        ...{ accessKeyId: 'AKIA1', status: 'Inactive', createDate: CREATED, lastRotated: CREATED },
        lastUsed: { date: START - HOUR, region: 'eu-west-1', serviceName: 's3' },
      },
    ],
    certificates: [{ active: false, lastRotated: CREATED }],
  });
  const [header, root, ...users] = await readReport();
  expect(header?.split(',')).toHaveLength(22);
  // The root user has a password, which never rotates. Every date ends in Z.
  const date = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ';
  const rootStart = `^<root_account>,arn:aws:iam::123456789012:root,${date},true,${date},${date},`;
  expect(root).toMatch(new RegExp(`${rootStart}not_supported,true,(true|false),`));
  const none = 'false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A';
  const created = '2024-03-02T10:11:12Z';
  // By name, ignoring case, and without a newline at the end.
  expect(users).toEqual([
    `adam,arn:aws:iam::123456789012:user/adam,${created},false,N/A,N/A,N/A,false,${none}`,
    `Mia,arn:aws:iam::123456789012:user/staff/Mia,${created},true,2026-11-01T11:00:00Z,2026-11-01T10:00:00Z,N/A,false,false,${created},2026-11-01T11:00:00Z,eu-west-1,s3,true,${created},N/A,N/A,N/A,false,${created},false,N/A`,
    `Zoe,arn:aws:iam::123456789012:user/Zoe,${created},true,no_information,${created},N/A,false,${none}`,
  ]);
});

it('has a column for additional credentials only if a user has some, and quotes commas', async () => {
  add('a,b', { additionalCredentials: '1 more' });
  const [header, root, user] = await readReport();
  expect(header).toMatch(/,cert_2_last_rotated,additional_credentials_info$/);
  expect(root).toMatch(/,false,N\/A,N\/A$/);
  expect(user).toMatch(/^"a,b","arn:aws:iam::123456789012:user\/a,b",.*,1 more$/);
});
