import type { Evaluation } from '@aws-sdk/client-config-service';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { issueResultToken } from '../../local-aws/account.ts';
import { expectError, type Fixture, START, startFixture } from './fixture.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(() => fixture.close());

describe('rule results', () => {
  const ConfigRuleName = 'unused';

  function evaluation(ComplianceResourceId: string, rest: Partial<Evaluation> = {}): Evaluation {
    return {
      ...{ ComplianceResourceId, ComplianceResourceType: 'AWS::IAM::User' },
      ...{ ComplianceType: 'COMPLIANT', OrderingTimestamp: new Date(START), ...rest },
    };
  }

  async function put(...Evaluations: Evaluation[]) {
    const ResultToken = issueResultToken(fixture.account, ConfigRuleName);
    return fixture.config.putEvaluations({ ResultToken, Evaluations });
  }

  async function stored() {
    const { EvaluationResults } = await fixture.config.getComplianceDetailsByConfigRule({
      ConfigRuleName,
    });
    return EvaluationResults?.map((result) => [
      result.EvaluationResultIdentifier?.EvaluationResultQualifier?.ResourceId,
      result.ComplianceType,
      result.Annotation,
    ]);
  }

  it('are replaced by one of equal or later ordering, never by an earlier one', async () => {
    await put(evaluation('AIDA1', { Annotation: 'first' }));
    await put(evaluation('AIDA1', { ComplianceType: 'NON_COMPLIANT', Annotation: 'equal' }));
    await put(evaluation('AIDA1', { OrderingTimestamp: new Date(START - 1), Annotation: 'old' }));
    expect(await stored()).toEqual([['AIDA1', 'NON_COMPLIANT', 'equal']]);
    await put(evaluation('AIDA1', { OrderingTimestamp: new Date(START + 1) }));
    expect(await stored()).toEqual([['AIDA1', 'COMPLIANT', undefined]]);
  });

  it('are paged, filtered by type, and include NOT_APPLICABLE when no type is asked for', async () => {
    await put(evaluation('AIDA1'), evaluation('AIDA2', { ComplianceType: 'NOT_APPLICABLE' }));
    await put(evaluation('AIDA3', { ComplianceType: 'NON_COMPLIANT' }));
    const first = await fixture.config.getComplianceDetailsByConfigRule({
      ConfigRuleName,
      Limit: 2,
    });
    expect(first.EvaluationResults).toHaveLength(2);
    const { NextToken } = first;
    const last = await fixture.config.getComplianceDetailsByConfigRule({
      ConfigRuleName,
      NextToken,
    });
    expect(last).toMatchObject({ EvaluationResults: [{ ComplianceType: 'NON_COMPLIANT' }] });
    expect(last.NextToken).toBeUndefined();
    const ComplianceTypes = ['NOT_APPLICABLE' as const];
    const gone = await fixture.config.getComplianceDetailsByConfigRule({
      ConfigRuleName,
      ComplianceTypes,
    });
    expect(gone.EvaluationResults).toHaveLength(1);
  });

  it('are refused for an unknown token, except in test mode, which stores nothing', async () => {
    const request = { ResultToken: 'unused:forged', Evaluations: [evaluation('AIDA1')] };
    await expectError(fixture.config.putEvaluations(request), 'InvalidResultTokenException 400');
    await fixture.config.putEvaluations({ ...request, TestMode: true });
    expect(fixture.account.config.evaluations).toEqual([]);
  });

  it('are refused when the request breaks a limit of the API', async () => {
    const refused = 'ValidationException 400';
    await expectError(put(...Array<Evaluation>(101).fill(evaluation('AIDA1'))), refused);
    await expectError(put(evaluation('A', { Annotation: 'x'.repeat(257) })), refused, /Annotation/);
    await expectError(put(evaluation('A', { Annotation: '' })), refused);
    await expectError(put(evaluation('A', { ComplianceType: 'INSUFFICIENT_DATA' })), refused);
    const details = (name: string, rest = {}) =>
      fixture.config.getComplianceDetailsByConfigRule({ ConfigRuleName: name, ...rest });
    await expectError(details('x'.repeat(65)), refused, /ConfigRuleName/);
    await expectError(details(ConfigRuleName, { Limit: 101 }), refused);
    await expectError(details('other'), 'NoSuchConfigRuleException 400');
    await expectError(details(ConfigRuleName, { NextToken: 'x' }), 'InvalidNextTokenException 400');
  });

  it('that a fault fails come back inside a success and are not stored', async () => {
    const failEvaluation = (it: Record<string, unknown>) => it['ComplianceResourceId'] === 'AIDA2';
    fixture.aws.faults.push({ operation: 'PutEvaluations', failEvaluation, times: 1 });
    expect(await put(evaluation('AIDA1'))).toMatchObject({ FailedEvaluations: [] });
    const { FailedEvaluations } = await put(evaluation('AIDA2'), evaluation('AIDA3'));
    expect(FailedEvaluations).toEqual([evaluation('AIDA2')]);
    expect(fixture.account.config.evaluations.map(({ resourceId }) => resourceId)).toEqual([
      'AIDA1',
      'AIDA3',
    ]);
    expect(await put(evaluation('AIDA2'))).toMatchObject({ FailedEvaluations: [] });
  });
});

it('gives configuration items of the asked time range, the newest first', async () => {
  const resource = { resourceType: 'AWS::IAM::User' as const, resourceId: 'AIDA1' };
  const times = [START - 2, START, START - 1];
  fixture.account.config.configurationItems.set(
    'AIDA1',
    times.map((time) => ({ ...resource, configurationItemCaptureTime: time, configuration: '{}' })),
  );
  const request = { ...resource, laterTime: new Date(START - 1) };
  const { configurationItems } = await fixture.config.getResourceConfigHistory(request);
  const captured = configurationItems?.map((item) => item.configurationItemCaptureTime?.getTime());
  expect(captured).toEqual([START - 1, START - 2]);
  const limited = await fixture.config.getResourceConfigHistory({ ...request, limit: 1 });
  expect(limited.configurationItems).toMatchObject([{ ...resource, configuration: '{}' }]);
  const unknown = fixture.config.getResourceConfigHistory({ ...resource, resourceId: 'AIDA2' });
  await expectError(unknown, 'ResourceNotDiscoveredException 400');
});

it('describes the rules that are asked for, or all that have a definition, in pages', async () => {
  const { ruleDefinitions } = fixture.account.config;
  const describeRules = (...ConfigRuleNames: string[]) =>
    fixture.config.describeConfigRules({ ConfigRuleNames });
  ruleDefinitions.set('unused', {
    sourceIdentifier: 'arn:aws:lambda:us-east-1:123456789012:function:evaluate',
    inputParameters: { thresholdDays: '45' },
  });
  ruleDefinitions.set('old', { sourceIdentifier: 'x', inputParameters: {}, state: 'DELETING' });
  const { ConfigRules } = await describeRules('unused');
  expect(ConfigRules).toEqual([
    {
      ConfigRuleName: 'unused',
      ConfigRuleId: 'config-rule-unused',
      ConfigRuleArn: 'arn:aws:config:us-east-1:123456789012:config-rule/config-rule-unused',
      ConfigRuleState: 'ACTIVE',
      InputParameters: '{"thresholdDays":"45"}',
      Source: {
        Owner: 'CUSTOM_LAMBDA',
        SourceIdentifier: 'arn:aws:lambda:us-east-1:123456789012:function:evaluate',
      },
    },
  ]);
  fixture.account.pageSize = 1;
  const first = await describeRules();
  expect(first.ConfigRules).toMatchObject([{ ConfigRuleName: 'old', ConfigRuleState: 'DELETING' }]);
  const { NextToken } = first;
  const second = await fixture.config.describeConfigRules({ NextToken });
  expect(second).toMatchObject({ ConfigRules: [{ ConfigRuleName: 'unused' }] });
  await expectError(describeRules('unused', 'none'), 'NoSuchConfigRuleException 400', /'none'/);
  await expectError(describeRules(...Array<string>(26).fill('unused')), 'ValidationException 400');
});
