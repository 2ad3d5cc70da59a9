import { describe, expect, it } from 'vitest';
import { ago } from '../../builders/account.ts';
import { remediationIn, ruleIn } from '../../builders/deployment.ts';
import { topicArn } from '../../builders/remediation.ts';
import { type DoctorCase, startDoctorCase } from './case.ts';

const evilTopic = `${topicArn}\u001B[2J`;
const evil = '\u001B[2J\u009B31m\u202Etxt\nok  rule  all is well';

/** Puts text that a terminal would obey wherever AWS lets somebody choose a text. */
async function startEvilCase(): Promise<DoctorCase> {
  const started = await startDoctorCase();
  const { account } = started;
  const { config, functions, subscriptions, secrets, users } = account;
  ruleIn(account).evaluationStatus = {
    ...{ LastFailedEvaluationTime: ago(1), LastErrorMessage: `failed ${evil}` },
  };
  ruleIn(account).inputParameters[evil] = evil;
  Object.assign(remediationIn(account), { documentName: evil });
  remediationIn(account).parameters['ConfigRuleName'] = evil;
  config.recorder = { name: `x; rm ${evil}`, recording: false, lastStatus: 'Success' };
  functions?.set('unused-iam-credentials-evaluate', { state: 'Failed', stateReason: evil });
  remediationIn(account).parameters['NotificationTopicArn'] = evilTopic;
  subscriptions?.set(evilTopic, [{ arn: 'PendingConfirmation', protocol: evil, endpoint: evil }]);
  const name = `unused-iam-credentials/$(rm)${evil}`;
  secrets.set(name, { name, arn: 'x', tags: [], versions: [], createdAt: ago(9) });
  for (const user of users) user.userName = `frank${evil}`;
  return started;
}

describe('text of AWS', () => {
  it.each(['table', 'json'])('moves no cursor and makes no line of its own: %s', async (format) => {
    const { run } = await startEvilCase();
    const { code, stdout, stderr } = await run('--format', format);
    expect(code).toBe(1);
    expect(stdout).toContain('txt ok rule all is well');
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(stdout).not.toMatch(/^ok +rule/mu);
  });

  it('gets into no command that is to be copied', async () => {
    const { run } = await startEvilCase();
    const { stdout } = await run();
    const commands = stdout.match(/aws [a-z]+ .*/gu) ?? [];
    expect(commands).toContain(
      'aws configservice start-configuration-recorder --configuration-recorder-name <name>; AWS Config → Settings → Edit: record AWS IAM User (global resource types)',
    );
    expect(commands.filter((command) => command.includes('delete-secret'))).toEqual([
      'aws secretsmanager delete-secret --recovery-window-in-days 7 --secret-id <name>',
    ]);
    expect(commands.join()).not.toContain('rm');
  });
});
