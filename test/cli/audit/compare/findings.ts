/** The account of the findings, unless another is given. */
export const account = '123456789012';

/** The ARN of a user of the account. */
export function arnOf(userName: string, accountId: string = account): string {
  return `arn:aws:iam::${accountId}:user/${userName}`;
}

/** When a finding was made. */
const madeAt = '2026-11-20T00:00:00Z';

interface AnalyzerOptions {
  readonly id?: string;
  readonly status?: string;
  /** What `list-findings-v2` does not show, and `get-finding-v2` does. */
  readonly accessKeyId?: string;
  readonly lastAccessed?: string | 'never';
  readonly accountId?: string;
}

/** A finding of IAM Access Analyzer, as the AWS CLI prints it. */
export function analyzerFinding(
  about: 'password' | 'access-key',
  userName: string,
  {
    id = `${userName}-${about}`,
    status = 'ACTIVE',
    accessKeyId,
    lastAccessed,
    accountId = account,
  }: AnalyzerOptions = {},
): Record<string, unknown> {
  const times = { analyzedAt: madeAt, createdAt: madeAt, updatedAt: madeAt };
  const used = lastAccessed === undefined || lastAccessed === 'never' ? {} : { lastAccessed };
  const details =
    about === 'password'
      ? { unusedIamUserPasswordDetails: used }
      : { unusedIamUserAccessKeyDetails: { accessKeyId, ...used } };
  return {
    ...{ id, ...times, status },
    ...{ resource: arnOf(userName, accountId), resourceType: 'AWS::IAM::User' },
    resourceOwnerAccount: accountId,
    findingType: about === 'password' ? 'UnusedIAMUserPassword' : 'UnusedIAMUserAccessKey',
    ...(accessKeyId === undefined && lastAccessed === undefined
      ? {}
      : { findingDetails: [details] }),
  };
}

/** A finding of IAM Access Analyzer in Security Hub, with the fields of AWS's examples. */
export function analyzerInSecurityHub(
  about: 'Password' | 'Access Key',
  userName: string,
  rest: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const type = `Software and Configuration Checks/AWS Security Best Practices/Unused IAM User ${about}`;
  return {
    ...{ SchemaVersion: '2018-10-08', Id: `arn:aws:access-analyzer:x/${arnOf(userName)}` },
    ProductArn: 'arn:aws:securityhub:us-east-1::product/aws/access-analyzer',
    ...{ GeneratorId: 'aws/access-analyzer', AwsAccountId: account, Types: [type] },
    ProductFields: { findingType: `UnusedIAMUser${about.replace(' ', '')}` },
    Resources: [{ Type: 'AwsIamUser', Id: arnOf(userName) }],
    ...{ Workflow: { Status: 'NEW' }, RecordState: 'ACTIVE', UpdatedAt: madeAt },
    ...rest,
  };
}

/** A finding of a control of Security Hub. */
export function controlFinding(
  control: string,
  status: string,
  userName: string,
): Record<string, unknown> {
  return {
    ...analyzerInSecurityHub('Password', userName),
    ProductArn: 'arn:aws:securityhub:us-east-1::product/aws/securityhub',
    Types: ['Software and Configuration Checks/Industry and Regulatory Standards'],
    ProductFields: {},
    Compliance: { Status: status, SecurityControlId: control },
  };
}

/** A finding of Security Hub in OCSF. */
export function ocsfFinding(
  userName: string,
  rest: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return {
    ...{ class_uid: 2003, status_id: 1, cloud: { account: { uid: account } } },
    finding_info: { uid: '1', title: 'finding', modified_time: Date.parse(madeAt) },
    resources: [{ uid: arnOf(userName), type: 'AWS::IAM::User' }],
    ...rest,
  };
}
