import { type ListedRules, listRules, type RuleLocation } from '../../../rule/aws/config-rule.ts';
import { nameOfArn, readFunctionArn } from '../../../rule/core/arns.ts';
import { automationRoleArn, documentNames, functionNames } from '../../../rule/core/names.ts';
import { type Check, conclude, type Finding, unchecked, warning, wrong } from '../check.ts';

interface OtherRules extends ListedRules {
  readonly location: RuleLocation | null;
}

const remove = 'find out who made it in CloudTrail, and delete it if it is not yours';

/** Looks for other rules that run this project's function, and for remediations that use its documents or roles. */
export const otherRules: Check<OtherRules> = {
  id: 'other-rules',
  read: async (sources) => ({
    ...(await listRules(sources.clients.config)),
    location: await sources.location(),
  }),
  judge: ({ rules, remediations, location }, { ruleName }) => {
    // The account ID is needed only to compare the roles that remediations pass. If nothing is deployed, no answer
    // names the account.
    if (location === null && remediations.length > 0)
      return unchecked('no response from AWS names the account', 'fix the other checks first');
    const documents: readonly string[] = Object.values(documentNames);
    const roles =
      location === null ? [] : documents.map((name) => automationRoleArn(name, location));
    const faults: Finding[] = [];
    for (const { ConfigRuleName: name = '', Source } of rules) {
      const runs = readFunctionArn(Source?.SourceIdentifier ?? '')?.functionName;
      if (name === ruleName || runs !== functionNames.evaluate) continue;
      const finding = `the rule ${name} runs ${functionNames.evaluate} too`;
      faults.push(warning(finding, remove));
    }
    for (const { ruleName: name, targetId, parameters } of remediations) {
      if (name === ruleName) continue;
      // A document may be named by its ARN.
      const document = documents.find((each) => nameOfArn(targetId) === each);
      const role = roles.find((arn) => [...parameters.values()].some(({ text }) => text === arn));
      if (document === undefined && role === undefined) continue;
      const how = role === undefined ? '' : ` under ${role}`;
      faults.push(wrong(`the remediation of the rule ${name} starts ${targetId}${how}`, remove));
    }
    return conclude(
      faults,
      `none of ${rules.length} rules uses this project's function or documents`,
    );
  },
};
