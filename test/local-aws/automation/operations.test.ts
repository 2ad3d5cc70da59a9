import { expect, test } from 'vitest';
import * as operations from '../../../local-aws/services/ssm.ts';
import { callStep, createFixture, giveStep, makeDocument, ROLE, run, START } from './fixture.ts';

test('an execution starts after its answer, and tells all once it has ended', async () => {
  const fixture = createFixture();
  const { automation, call, requests } = fixture;
  const use = callStep('Use', { Id: '{{ Give.Out }}' });
  automation.documents.set('D', makeDocument(giveStep('Give', 'x') + use, 'outputs: [Give.Out]'));
  const started = {
    ...call({ DocumentName: 'D' }),
    caller: 'arn:aws:iam::123456789012:user/operator',
  };
  const { AutomationExecutionId } = operations.startAutomation(started);
  const get = () => {
    const { AutomationExecution } = operations.getExecution(call({ AutomationExecutionId }));
    return AutomationExecution;
  };
  expect(get()).toMatchObject({ AutomationExecutionStatus: 'InProgress', StepExecutions: [] });
  expect(requests).toEqual([]);
  await automation.running.get(String(AutomationExecutionId));
  const seconds = { ExecutionStartTime: START / 1000, ExecutionEndTime: START / 1000 };
  expect(get()).toEqual({
    AutomationExecutionId,
    DocumentName: 'D',
    DocumentVersion: '1',
    AutomationExecutionStatus: 'Success',
    Parameters: { AutomationAssumeRole: [ROLE], Name: ['anna'] },
    Outputs: { 'Give.Out': ['x'] },
    CurrentStepName: 'Use',
    ExecutedBy: 'arn:aws:iam::123456789012:user/operator',
    FailureMessage: undefined,
    StepExecutionsTruncated: false,
    StepExecutions: [
      expect.objectContaining({ StepName: 'Give', StepStatus: 'Success' }),
      {
        StepName: 'Use',
        Action: 'aws:executeAwsApi',
        StepStatus: 'Success',
        Inputs: { Service: 'iam', Api: 'Use', Id: 'x' },
        Outputs: { OutputPayload: ['{}'] },
        FailureMessage: undefined,
        ...seconds,
      },
    ],
    ...seconds,
  });
});

test('steps are listed in pages, in the order they ran', async () => {
  const fixture = createFixture();
  const { id } = await run(fixture, makeDocument(['A', 'B', 'C'].map((n) => callStep(n)).join('')));
  const list = (input: Record<string, unknown>) => {
    const call = fixture.call({ AutomationExecutionId: id, ...input });
    return operations.listSteps(call);
  };
  const named = (...names: string[]) =>
    names.map((StepName) => expect.objectContaining({ StepName }));
  const first = list({ MaxResults: 2 });
  expect(first).toEqual({ StepExecutions: named('A', 'B'), NextToken: expect.any(String) });
  const { NextToken } = first;
  expect(list({ MaxResults: 2, NextToken })).toEqual({ StepExecutions: named('C') });
  expect(list({})).toEqual({ StepExecutions: named('A', 'B', 'C') });
  const error = (code: string) => expect.objectContaining({ code, status: 400 });
  expect(() => list({ MaxResults: 51 })).toThrow(error('ValidationException'));
  expect(() => list({ NextToken: 'x' })).toThrow(error('InvalidNextToken'));
  const unknown = error('AutomationExecutionNotFoundException');
  expect(() => list({ AutomationExecutionId: 'x' })).toThrow(unknown);
});

test('a remediation starts one execution for each resource, with its ID', async () => {
  const { automation, call, requests } = createFixture();
  automation.documents.set('Revoke', makeDocument(callStep('Use', { Id: '{{ Name }}' })));
  const parameters = { Name: 'RESOURCE_ID', AutomationAssumeRole: ROLE };
  const start = (ConfigRuleName: string) => {
    const ids = ['AIDA1', 'AIDA2'];
    const ResourceKeys = ids.map((resourceId) => ({ resourceType: 'AWS::IAM::User', resourceId }));
    const request = call({ ConfigRuleName, ResourceKeys });
    request.account.config.remediations.set('rule', { documentName: 'Revoke', parameters });
    return operations.startRemediation(request);
  };
  expect(start('rule')).toEqual({ FailedItems: [] });
  await Promise.all(automation.running.values());
  expect(requests.map(({ input }) => input)).toEqual([{ Id: 'AIDA1' }, { Id: 'AIDA2' }]);
  const code = 'NoSuchRemediationConfigurationException';
  expect(() => start('other')).toThrow(expect.objectContaining({ code, status: 400 }));
});
