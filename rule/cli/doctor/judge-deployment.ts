import type { Instant } from '../../core/instant.ts';
import { documentNames } from '../../core/names.ts';
import type { RuleLocation } from '../../gateways/rule.ts';
import type { Build } from './build.ts';
import { type CheckResult, documentChecks, functionChecks } from './checks.ts';
import { type Finding, unchecked } from './finding.ts';
import { judgeDocument } from './judge-document.ts';
import { judgeEvaluation } from './judge-evaluation.ts';
import { judgeFunction } from './judge-function.ts';
import { judgePause } from './judge-pause.ts';
import { judgeRecorder } from './judge-recorder.ts';
import { judgeRemediation } from './judge-remediation.ts';
import { judgeRule } from './judge-rule.ts';
import { judgeSecrets } from './judge-secrets.ts';
import type { Deployment } from './read-deployment.ts';
import { judge, type Reading } from './reading.ts';

/** By what a deployment is judged. */
export interface Standard {
  readonly ruleName: string;
  readonly build: Reading<Build>;
  /** Null where no answer of AWS tells the account. */
  readonly location: RuleLocation | null;
  readonly now: Instant;
}

/** Takes what was read of an account, and by what to judge it. Gives back what each check of that came to, in the order in which they are shown. */
export function judgeDeployment(deployment: Deployment, standard: Standard): CheckResult[] {
  const { ruleName, build, location, now } = standard;
  const { rule, evaluation, remediation, recorder, pause, secrets } = deployment;
  const byBuild = (judgement: (build: Build) => Finding) =>
    build.kind === 'read'
      ? judgement(build.value)
      : unchecked(build.why, 'npm run build in a checkout, or install the package again');
  return [
    { id: 'rule', ...judge(rule, (found) => judgeRule(found, ruleName, location)) },
    { id: 'evaluation', ...judge(evaluation, (found) => judgeEvaluation(found, ruleName, now)) },
    ...Object.entries(deployment.functions).map(([name, reading]) => ({
      id: functionChecks.get(name) ?? name,
      ...byBuild(({ functions }) =>
        judge(reading, (found) => judgeFunction(found, name, functions.get(name))),
      ),
    })),
    ...Object.entries(deployment.documents).map(([name, reading]) => ({
      id: documentChecks.get(name) ?? name,
      ...byBuild(({ documents }) =>
        judge(reading, (found) => judgeDocument(found, name, documents.get(name))),
      ),
    })),
    {
      id: 'remediation',
      ...byBuild(({ documents }) => {
        const text = documents.get(documentNames.revoke) ?? '';
        return judge(remediation, (found) => judgeRemediation(found, ruleName, location, text));
      }),
    },
    { id: 'recorder', ...judge(recorder, judgeRecorder) },
    { id: 'pause', ...judge(pause, (found) => judgePause(found, now)) },
    { id: 'secrets', ...judge(secrets, (found) => judgeSecrets(found, now)) },
  ];
}
