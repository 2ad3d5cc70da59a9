import { type Call, type Input, invalid, readNames } from './call.ts';
import { noSuchRule } from './config.ts';
import type { LocalRecorder } from './deployment.ts';
import { awsError } from './errors.ts';

/** Tells of the evaluations of the rules that are named, or of all. */
export function describeEvaluations(call: Call): Input {
  const { ruleDefinitions } = call.account.config;
  const asked = readNames(call, 'ConfigRuleNames', 25);
  const names = asked.length > 0 ? asked : [...ruleDefinitions.keys()];
  return {
    ConfigRulesEvaluationStatus: names.map((ConfigRuleName) => {
      const rule = ruleDefinitions.get(ConfigRuleName);
      if (rule === undefined) throw noSuchRule(ConfigRuleName);
      const members = Object.entries(rule.evaluationStatus ?? {}).map(([name, value]) => {
        return [name, typeof value === 'number' ? value / 1000 : value];
      });
      return { ConfigRuleName, ...Object.fromEntries(members) };
    }),
  };
}

/** Describes the remediations of the rules that are named; a rule without one is left out. */
export function describeRemediations(call: Call): Input {
  const names = readNames(call, 'ConfigRuleNames', 25);
  if (names.length === 0) throw invalid(call, 'ConfigRuleNames', 'have length of at least 1');
  const { account } = call;
  const arn = `arn:${account.partition}:config:us-east-1:${account.accountId}`;
  const RemediationConfigurations = names.flatMap((ConfigRuleName) => {
    const remediation = account.config.remediations.get(ConfigRuleName);
    if (remediation === undefined) return [];
    const parameters = Object.entries(remediation.parameters).map(([name, value]) => {
      const dynamic = { ResourceValue: { Value: value } };
      return [name, value === 'RESOURCE_ID' ? dynamic : { StaticValue: { Values: [value] } }];
    });
    return {
      ...{ ConfigRuleName, TargetType: 'SSM_DOCUMENT', TargetId: remediation.documentName },
      Parameters: Object.fromEntries(parameters),
      Automatic: remediation.automatic ?? false,
      Arn: `${arn}:remediation-configuration/${ConfigRuleName}/r-1`,
    };
  });
  return { RemediationConfigurations };
}

/** Describes the recorder. */
export function describeRecorders(call: Call): Input {
  return {
    ConfigurationRecorders: recordersOf(call).map(({ name, description }) => ({
      ...{ name, roleARN: `arn:aws:iam::${call.account.accountId}:role/config` },
      ...description,
    })),
  };
}

/** Tells what the recorder is doing. */
export function describeRecorderStatus(call: Call): Input {
  return {
    ConfigurationRecordersStatus: recordersOf(call).map(
      ({ name, recording, lastStatus, lastErrorMessage }) => ({
        ...{ name, recording, lastStatus, lastErrorMessage },
      }),
    ),
  };
}

function recordersOf(call: Call): LocalRecorder[] {
  const { recorder } = call.account.config;
  const stranger = readNames(call, 'ConfigurationRecorderNames', 1).find(
    (name) => name !== recorder?.name,
  );
  if (stranger !== undefined) {
    const message = `Cannot find configuration recorder with the specified name '${stranger}'.`;
    throw awsError('NoSuchConfigurationRecorderException', message);
  }
  return recorder === undefined ? [] : [recorder];
}
