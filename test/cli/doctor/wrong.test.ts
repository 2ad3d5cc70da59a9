import { beforeAll, describe, expect, it } from 'vitest';
import { remediationIn } from '../../builders/deployment.ts';
import { startDoctorCase } from './case.ts';
import { deploys, examineChanged, inRounds } from './changes.ts';
import { faults } from './faults.ts';

describe.each(inRounds(faults))('doctor, round $round', ({ changes }) => {
  let examined: Awaited<ReturnType<typeof examineChanged>>;
  beforeAll(async () => {
    examined = await examineChanged(changes);
  });

  it.each(changes)(
    'finds wrong, and says how to mend: %s',
    (_what, _change, id, finding, remedy) => {
      const { code, check } = examined;
      expect(check(id)).toMatchObject({ state: 'wrong', finding: expect.stringMatching(finding) });
      expect(check(id).remedy).toMatch(remedy ?? /^$/u);
      expect(code).toBe(1);
    },
  );

  it('finds nothing else wrong', () => {
    const states = examined.report.checks.filter(({ state }) => state !== 'ok');
    expect(new Set(states.map(({ id }) => id))).toEqual(new Set(changes.map(([, , id]) => id)));
  });
});

describe('doctor', () => {
  it('finds a missing rule wrong, which cannot be evaluated either', async () => {
    const { account, examine } = await startDoctorCase();
    account.config.ruleDefinitions.clear();
    const { code, check } = await examine();
    expect(code).toBe(1);
    expect(check('rule')).toMatchObject({
      state: 'wrong',
      finding: 'there is no AWS Config rule unused-iam-credentials in this Region',
      remedy: expect.stringMatching(/^deploy .*--rule, or its Region in AWS_REGION$/u),
    });
    expect(check('evaluation')).toMatchObject({
      state: 'wrong',
      remedy: expect.stringMatching(deploys),
    });
  });

  it('finds a missing remediation wrong, and warns that nobody is told', async () => {
    const { account, examine } = await startDoctorCase();
    account.config.remediations.clear();
    const { code, check } = await examine();
    expect(code).toBe(1);
    expect(check('remediation')).toMatchObject({
      state: 'wrong',
      finding: 'the rule unused-iam-credentials has no remediation',
      remedy: expect.stringMatching(deploys),
    });
    expect(check('subscriptions')).toMatchObject({
      state: 'warning',
      finding: 'nobody is told: there is no remediation that would name a topic',
    });
  });

  it('says all that is wrong with one thing, and each remedy once', async () => {
    const { account, examine } = await startDoctorCase();
    const { parameters } = remediationIn(account);
    Object.assign(parameters, { IAMResourceId: 'AIDAX', ConfigRuleName: 'other' });
    const { check } = await examine();
    expect(check('remediation').finding).toMatch(/^IAMResourceId is .*; ConfigRuleName is /u);
    expect(check('remediation').remedy?.match(/deploy the stack/gu)).toHaveLength(1);
  });

  it('looks at the rule of another name that is asked for', async () => {
    const { code, check } = await (await startDoctorCase()).examine('--rule', 'mine');
    expect(code).toBe(1);
    expect(check('rule').finding).toMatch(/^there is no AWS Config rule mine/u);
  });
});
