import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUser } from '../../local-aws/account.ts';
import { expectError, type Fixture, START, startFixture } from './fixture.ts';

const CREATED = Date.UTC(2024, 2, 2, 10, 11, 12, 999);
const HOUR = 3_600_000;

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(() => fixture.close());

function addUsers(...names: string[]) {
  for (const userName of names) addUser(fixture.account, { userName, createDate: CREATED });
}

async function readReport(): Promise<string[]> {
  const { Content } = await fixture.iam.getCredentialReport({});
  return Buffer.from(Content ?? [])
    .toString()
    .split('\n');
}

describe('credential report', () => {
  it('is started, in progress, complete, kept for 4 hours, then expired and made anew', async () => {
    fixture.account.reportDurationMs = 5000;
    await expectError(
      fixture.iam.getCredentialReport({}),
      'CredentialReportNotPresentException 410',
    );
    expect(await fixture.iam.generateCredentialReport({})).toMatchObject({ State: 'STARTED' });
    expect(await fixture.iam.generateCredentialReport({})).toMatchObject({ State: 'INPROGRESS' });
    await expectError(fixture.iam.getCredentialReport({}), 'CredentialReportNotReadyException 404');
    fixture.now = START + 5000;
    expect(await fixture.iam.generateCredentialReport({})).toMatchObject({ State: 'COMPLETE' });
    const GeneratedTime = new Date('2026-11-01T12:00:00Z');
    const stored = { ReportFormat: 'text/csv', GeneratedTime };
    fixture.now = GeneratedTime.getTime() + 4 * HOUR;
    expect(await fixture.iam.getCredentialReport({})).toMatchObject(stored);
    expect(await fixture.iam.generateCredentialReport({})).toMatchObject({ State: 'COMPLETE' });
    fixture.now += 1;
    await expectError(fixture.iam.getCredentialReport({}), 'CredentialReportExpiredException 410');
    expect(await fixture.iam.generateCredentialReport({})).toMatchObject({ State: 'STARTED' });
  });

  it('shows the account as it was when the report was asked for', async () => {
    addUsers('before');
    await fixture.iam.generateCredentialReport({});
    addUsers('after');
    expect((await readReport()).join()).toMatch(/before(?!.*after)/);
  });

  it('has the root row first, users by name without case, and what is missing as AWS words it', async () => {
    const loginProfile = {
      createDate: CREATED,
      lastChanged: CREATED,
      passwordResetRequired: false,
    };
    addUser(fixture.account, { userName: 'Zoe', createDate: CREATED, loginProfile });
    addUsers('adam');
    addUser(fixture.account, {
      userName: 'Mia',
      path: '/staff/',
      createDate: CREATED,
      passwordLastUsed: START - HOUR,
      loginProfile: { ...loginProfile, lastChanged: START - 2 * HOUR },
      accessKeys: [
        { accessKeyId: 'AKIA2', status: 'Active', createDate: CREATED + 1, lastRotated: CREATED },
        {
          accessKeyId: 'AKIA1',
          status: 'Inactive',
          createDate: CREATED,
          lastRotated: CREATED,
          lastUsed: { date: START - HOUR, region: 'eu-west-1', serviceName: 's3' },
        },
      ],
      certificates: [{ active: false, lastRotated: CREATED }],
    });
    await fixture.iam.generateCredentialReport({});
    const none = 'false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A';
    const created = '2024-03-02T10:11:12Z';
    const [header, ...rows] = await readReport();
    expect(header?.split(',')).toHaveLength(22);
    expect(rows).toEqual([
      `<root_account>,arn:aws:iam::123456789012:root,2014-11-03T09:00:00Z,not_supported,no_information,not_supported,not_supported,true,${none}`,
      `adam,arn:aws:iam::123456789012:user/adam,${created},false,N/A,N/A,N/A,false,${none}`,
      `Mia,arn:aws:iam::123456789012:user/staff/Mia,${created},true,2026-11-01T11:00:00Z,2026-11-01T10:00:00Z,N/A,false,false,${created},2026-11-01T11:00:00Z,eu-west-1,s3,true,${created},N/A,N/A,N/A,false,${created},false,N/A`,
      `Zoe,arn:aws:iam::123456789012:user/Zoe,${created},true,no_information,${created},N/A,false,${none}`,
    ]);
  });

  it('has the column of additional credentials only when a user has some, and quotes commas', async () => {
    addUser(fixture.account, {
      userName: 'a,b',
      createDate: CREATED,
      additionalCredentials: '1 more',
    });
    await fixture.iam.generateCredentialReport({});
    const [header, root, user] = await readReport();
    expect(header).toMatch(/,cert_2_last_rotated,additional_credentials_info$/);
    expect(root).toMatch(/,false,N\/A,N\/A$/);
    expect(user).toMatch(/^"a,b","arn:aws:iam::123456789012:user\/a,b",.*,1 more$/);
  });
});
