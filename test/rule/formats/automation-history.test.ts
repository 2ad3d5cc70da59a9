import { describe, expect, it } from 'vitest';
import {
  countDeletions,
  credentialsChangedBy,
  isOperator,
  keysPlannedBy,
  parseOperatorArns,
  reasonToRefuse,
  removedBy,
  restoredBy,
  startedBy,
  unverifiedDeletions,
} from '../../../rule/formats/automation-history.ts';
import { encodeJson } from '../../../rule/formats/fields.ts';
import { encodeRestoredData } from '../../../rule/formats/restored-data.ts';

const place = { partition: 'aws', accountId: '123456789012' };
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const config = 'AWSServiceRoleForConfigRemediation';

describe('an execution was started', () => {
  it.each([
    ['a person', 'sts', 'assumed-role/Admin/alice', 'person', role('Admin')],
    ['a user', 'iam', 'user/alice', 'person', 'arn:aws:iam::123456789012:user/alice'],
    ['a user', 'iam', 'user/ops/alice', 'person', 'arn:aws:iam::123456789012:user/ops/alice'],
    ['a user', 'sts', 'federated-user/al', 'person', 'arn:aws:sts::123456789012:federated-user/al'],
    ['root', 'iam', 'root', 'person', 'arn:aws:iam::123456789012:root'],
    ['a role', 'iam', 'role/ops/Admin', 'person', role('Admin')],
    ['AWS Config', 'sts', `assumed-role/${config}/x`, 'config', role(config)],
    ['AWS Config', 'sts', `assumed-role/${config}`, 'config', role(config)],
    [
      'AWS Config',
      'iam',
      `role/aws-service-role/remediation.config.amazonaws.com/${config}`,
      'config',
      role(config),
    ],
    [
      'another service',
      'sts',
      'assumed-role/AWSServiceRoleForAmazonSSM/x',
      'config',
      role('AWSServiceRoleForAmazonSSM'),
    ],
  ])('by %s: %s %s is %s', (_, service, resource, kind, arn) => {
    const ExecutedBy = `arn:aws:${service}::123456789012:${resource}`;
    expect(startedBy({ ExecutedBy }, place)).toEqual({ kind, arn });
  });

  it.each([
    undefined,
    '',
    'alice',
    'arn:aws:iam::210987654321:user/alice',
    'arn:aws-cn:iam::123456789012:user/alice',
    'arn:aws:sts::123456789012:assumed-role/',
    'arn:aws:iam::123456789012:role/',
    'arn:aws:iam::123456789012:user/',
    'arn:aws:iam::123456789012:user',
    'arn:aws:sts::123456789012:assumed-role',
    'arn:aws:iam::123456789012:group/admins',
    'arn:aws:ssm::123456789012:user/alice',
  ])('by an unknown principal: %s', (ExecutedBy) => {
    expect(startedBy({ ExecutedBy }, place)).toEqual({ kind: 'unknown' });
  });

  it('by an unknown principal, if Automation does not know it', () => {
    expect(startedBy(null, place)).toEqual({ kind: 'unknown' });
  });
});

describe('the plan of a purge', () => {
  const userId = 'AIDAFRANK00000000';
  const revocationId = '11111111-2222-4333-8444-555555555555';
  const item = (accessKeyId: string) => encodeJson([userId, revocationId, accessKeyId, 'frank,o']);
  const plan = {
    ToAnnounce: [item('AKIAFRANK00000000')],
    ToDelete: [item('AKIAFRANK000000002')],
    KeysHeld: ['why'],
  };
  const announced = {
    ...{ userId, accessKeyId: 'AKIAFRANK00000000', userName: 'frank,o' },
    recordName: `/unused-iam-credentials/records/${userId}/${revocationId}`,
  };
  const payload = JSON.stringify(plan);
  const step = (Outputs: Record<string, string[]>, rest = {}) => ({
    ...{ StepName: 'Decision', StepStatus: 'Success', Outputs, ...rest },
  });

  it.each([
    ['each output as a list', step(plan)],
    ['each output as another text', step({ ToAnnounce: [`[None, ${plan.ToAnnounce[0]}]`] })],
    ['each output as JSON', step({ ToAnnounce: [JSON.stringify(plan.ToAnnounce)] })],
    ['each output with the name of its step', step({ 'Decision.ToAnnounce': plan.ToAnnounce })],
    ['the answer as an object', step({ OutputPayload: [`{"Payload":${payload}}`] })],
    ['the answer as text', step({ OutputPayload: [JSON.stringify({ Payload: payload })] })],
    ['only the answer of the function', step({ Payload: [payload] }, { StepName: 'PlanPurge' })],
  ])('names the keys to announce where a step shows %s', (_, shown) => {
    expect(keysPlannedBy([shown], 'ToAnnounce')).toEqual([announced]);
  });

  it('names each key once, and no item that is not one', () => {
    const damaged = { ...plan, ToAnnounce: ['None', ...plan.ToAnnounce, item('AKIA')] };
    const planned = step({ Payload: [JSON.stringify(damaged)] }, { StepName: 'PlanPurge' });
    expect(keysPlannedBy([planned, step(plan)], 'ToAnnounce')).toEqual([announced]);
  });

  it.each([
    ['a failed step', step(plan, { StepStatus: 'Failed' })],
    ['another step', step(plan, { StepName: 'Result' })],
    ['a text that only looks like it', step({ KeysHeld: [`until ${payload}`], Reason: ['{a'] })],
    ['outputs that hold no text', step({ Reason: ['null', '7', '""', '[]'] })],
    ['a step without outputs', { StepName: 'Decision', StepStatus: 'Success' }],
  ])('names none by %s', (_, shown) => {
    expect(keysPlannedBy([shown], 'ToAnnounce')).toEqual([]);
  });
});

describe('an operator', () => {
  it.each([
    ['is a role without its path', role('Admin'), role('sso/region/Admin'), true],
    ['is a role', role('Admin'), role('Admin'), true],
    ['is no other role', role('Admin'), role('Administrator'), false],
    ['is no role whose path has the name', role('Admin'), role('Admin/Other'), false],
    ['is a user', 'arn:aws:iam::123456789012:user/x/a', 'arn:aws:iam::123456789012:user/x/a', true],
    [
      'is no role of the name of a user',
      'arn:aws:iam::123456789012:user/Admin',
      role('Admin'),
      false,
    ],
    ['is in the same account', role('Admin'), 'arn:aws:iam::210987654321:role/Admin', false],
  ])('%s', (_, arn, operator, expected) => {
    expect(isOperator(arn, ['arn:aws:iam::123456789012:role/First', operator])).toBe(expected);
    expect(isOperator(arn, [])).toBe(false);
  });
});

describe('a restoration', () => {
  const admin = { kind: 'person', arn: role('Admin') } as const;
  const unknown = { kind: 'unknown' } as const;
  const ofConfig = { kind: 'config', arn: role(config) } as const;
  const anyAccount = 'arn:aws:iam::{account}:role/Admin';

  it.each([
    ['by every person where no operator is named', admin, []],
    ['by an operator', admin, [role('First'), role('Admin')]],
    ['by an operator of every account', admin, [anyAccount]],
  ])('may be started %s', (_, starter, operators) => {
    expect(reasonToRefuse(starter, operators, place.accountId)).toBeNull();
  });

  it.each([
    [
      'by a person who is no operator',
      admin,
      [role('First')],
      `${role('Admin')} started the execution, and is not one of the stack's RestoreOperatorArns`,
    ],
    [
      'by AWS Config, even if it is an operator',
      ofConfig,
      [role(config)],
      `service-linked role ${role(config)} started the execution; only a person may start a restoration`,
    ],
    [
      'by nobody known',
      unknown,
      [],
      'Automation does not say who started the execution; only a person may start a restoration',
    ],
  ])('may not be started %s', (_, starter, operators, why) => {
    expect(reasonToRefuse(starter, operators, place.accountId)).toBe(why);
  });

  it('may not be started by an operator of another account', () => {
    expect(reasonToRefuse(admin, [anyAccount], '210987654321')).toContain('RestoreOperatorArns');
  });

  it.each([
    [undefined, []],
    ['', []],
    [role('A'), [role('A')]],
    [`${role('A')},${role('B')},`, [role('A'), role('B')]],
  ])('has the operators of the variable %j', (text, operators) => {
    expect(parseOperatorArns(text)).toEqual(operators);
  });
});

/** Automation shows inputs in both ways. */
const ways: [string, (text: string) => string][] = [
  ['plain text', (text) => text],
  ['JSON', (text) => JSON.stringify(text)],
];
const stepOf = (show: (text: string) => string) => {
  return (inputs: Record<string, string>, rest: object = { StepStatus: 'Success' }) => ({
    Inputs: Object.fromEntries(Object.entries(inputs).map(([name, text]) => [name, show(text)])),
    ...rest,
  });
};

describe.each(ways)('of steps whose inputs are %s', (_, show) => {
  const step = stepOf(show);
  const deletion = { Api: 'DeleteAccessKey', AccessKeyId: 'AKIA1', UserName: 'frank' };
  const failed = { StepStatus: 'Failed' };
  const result = (StepStatus: string) => ({ StepName: 'Result', StepStatus });

  it('those that tried to delete a key since then are counted, whether or not they succeeded', () => {
    const at = (instant: number) => ({ ExecutionStartTime: new Date(instant) });
    const steps = [
      step(deletion, at(10)),
      step(deletion, { ...at(11), ...failed }),
      step(deletion, at(9)),
      step({ ...deletion, Api: 'UpdateAccessKey' }, at(11)),
      // It has not started yet, or AWS does not say when.
      step(deletion),
      step(deletion, failed),
      { StepStatus: 'Success' },
    ];
    expect(countDeletions(steps, 10)).toBe(4);
  });

  it('the keys are those that nothing verified, unless a result reports them', () => {
    const steps = [step(deletion, failed), step({ Api: 'GetUser' }), {}];
    const keys = new Map([['AKIA1', 'frank']]);
    expect(unverifiedDeletions(steps)).toEqual(keys);
    expect(unverifiedDeletions([...steps, result('Failed')])).toEqual(keys);
    const done = { StepName: 'Other', StepStatus: 'Success' };
    expect(unverifiedDeletions([...steps, done])).toEqual(keys);
    expect(unverifiedDeletions([...steps, result('Success')])).toEqual(new Map());
  });

  it('those that succeeded say what a retirement removed', () => {
    const steps = [
      step({ Api: 'RemoveUserFromGroup', GroupName: 'admins' }),
      step({ Api: 'DetachUserPolicy', PolicyArn: 'arn:1' }),
      step({ Api: 'DeleteUserPolicy', PolicyName: 'own' }),
      step({ Api: 'DeactivateMFADevice', SerialNumber: 'mfa-1' }),
      step({ Api: 'RemoveUserFromGroup', GroupName: 'kept' }, failed),
      step({ Api: 'TagUser', GroupName: 'x' }),
      { StepStatus: 'Success' },
    ];
    const removed = ['group admins', 'attached policy arn:1', 'inline policy own'];
    expect([...removedBy(steps)]).toEqual([...removed, 'MFA device mfa-1']);
    const denied = step({ Api: 'AttachUserPolicy', PolicyArn: 'arn:aws:iam::aws:policy/X' });
    expect([...removedBy([denied])]).toEqual(['deny']);
  });
});

it.each(ways)(
  'the steps that succeeded say which credentials a revocation changed, their inputs being %s',
  (_, show) => {
    const step = (Api: string, AccessKeyId?: string, StepStatus = 'Success') => ({
      StepStatus,
      Inputs: {
        Api: show(Api),
        ...(AccessKeyId === undefined ? {} : { AccessKeyId: show(AccessKeyId) }),
      },
    });
    const steps = [
      step('PutParameter'),
      step('GetAccessKeyLastUsed', 'AKIA4'),
      step('UpdateAccessKey', 'AKIA1'),
      step('UpdateAccessKey', 'AKIA2', 'Failed'),
      step('DeleteAccessKey', 'AKIA3'),
      step('UpdateAccessKey'),
      { StepStatus: 'Success' },
    ];
    expect(credentialsChangedBy(steps)).toEqual(new Set(['AKIA1', 'AKIA3']));
    expect(credentialsChangedBy([step('DeleteLoginProfile')])).toEqual(new Set(['password']));
    expect(credentialsChangedBy([step('DeleteLoginProfile', undefined, 'TimedOut')])).toEqual(
      new Set(),
    );
  },
);

describe('what a restoration did according to its steps', () => {
  const step = (StepName: string, Outputs?: Record<string, string[]>) => ({
    ...{ StepName, StepStatus: 'Success', Outputs },
  });
  const groups = ['group a,b,', 'attached policy arn:aws:iam::123456789012:policy/x/"y", [z]'];
  const shapes: [
    string,
    (answer: Record<string, string | string[]>) => Record<string, string[]>,
  ][] = [
    ['as JSON', (answer) => ({ StatusCode: ['200'], Payload: [JSON.stringify(answer)] })],
    ['as JSON in a text', (answer) => ({ Payload: [JSON.stringify(JSON.stringify(answer))] })],
    [
      'as outputs',
      (answer) =>
        Object.fromEntries(Object.entries(answer).map(([name, each]) => [name, [each].flat()])),
    ],
    [
      'as outputs with the name of the step, lists in one text',
      (answer) =>
        Object.fromEntries(
          Object.entries(answer).map(([name, each]) => [
            `Step.${name}`,
            [typeof each === 'string' ? each : JSON.stringify(each)],
          ]),
        ),
    ],
  ];

  it.each(shapes)('is read from answers that AWS shows %s', (_, show) => {
    const read = (...answers: [string, Record<string, string | string[]>][]) =>
      restoredBy(answers.map(([name, answer]) => step(name, show(answer))));
    expect(read(['RestorePermissions', { Outcome: 'GivenBack', GivenBack: groups }])).toEqual(
      groups,
    );
    expect(read(['Permissions', { GivenBack: groups }])).toEqual(groups);
    expect(read(['IssuePassword', { Outcome: 'Issued' }])).toEqual(['password']);
    expect(read(['Password', { Outcome: 'Issued' }])).toEqual(['password']);
    expect(read(['LiftDeny', { Outcome: 'Lifted', GivenBack: ['x'] }])).toEqual(['deny']);
    expect(read(['Deny', { Outcome: 'Lifted' }])).toEqual(['deny']);
    // The user had a password already, and nothing denied them everything.
    expect(read(['IssuePassword', { Outcome: 'Present' }])).toEqual([]);
    expect(read(['LiftDeny', { Outcome: 'Nothing', GivenBack: [] }])).toEqual([]);
    expect(read(['Other', { Outcome: 'Issued', GivenBack: groups }])).toEqual([]);
  });

  it.each(shapes)('is what its verification says instead, which AWS shows %s', (_, show) => {
    const Inputs = { Api: 'UpdateAccessKey', AccessKeyId: 'AKIA1' };
    const changes = [
      { ...step('ReactivateFirstAccessKey'), Inputs },
      step('IssuePassword', show({ Outcome: 'Issued' })),
    ];
    const restored = ['group a,', 'AKIA2', 'deny'];
    const RestoredData = encodeRestoredData({ userId: 'AIDAFRANK00000000', restored });
    for (const name of ['VerifyRestoration', 'Result']) {
      expect(restoredBy([...changes, step(name, show({ RestoredData }))])).toEqual(restored);
    }
    expect(restoredBy([...changes, step('Other', show({ RestoredData }))])).toContain('AKIA1');
    const notRun = 'No output available yet because the step is not successfully executed';
    expect(restoredBy([...changes, step('Result', show({ RestoredData: notRun }))])).toEqual([
      ...['AKIA1', 'password'],
    ]);
  });

  it('includes every access key that a step reactivated, and nothing from steps without outputs', () => {
    const Inputs = { Api: 'UpdateAccessKey', AccessKeyId: 'AKIA1' };
    const odd = step('Permissions', { Payload: ['{"GivenBack":[null,7,{"a":"b"}]}'] });
    const steps = [step('Permissions'), odd, { ...step('ReactivateFirstAccessKey'), Inputs }];
    expect(restoredBy(steps)).toEqual(['AKIA1']);
  });
});
