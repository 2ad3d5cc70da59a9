import { readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemonstration, type Demonstration } from '../../scripts/demonstration.ts';
import { accessKey, password, user } from '../builders/account.ts';
import { deploy, readerRoleArn } from '../builders/remediation.ts';
import { createAccount, type LocalAws, startLocalAws } from '../local-aws/index.ts';

const folder = new URL('../../dist/lambda/', import.meta.url);

describe.each(['plan-revocation', 'plan-restoration', 'issue-password'])(
  'the bundled function %s',
  (name) => {
    it('is at most 150 KB of CommonJS without the SDK, with a source map beside it', () => {
      const bundle = readFileSync(new URL(`${name}/index.js`, folder), 'utf8');
      expect(bundle.length).toBeLessThanOrEqual(150 * 1024);
      expect(bundle).toContain('require("@aws-sdk/client-ssm")');
      expect(bundle.includes('require("@aws-sdk/client-secrets-manager")')).toBe(
        name !== 'plan-revocation',
      );
      expect(statSync(new URL(`${name}/index.js.map`, folder)).size).toBeGreaterThan(0);
    });
  },
);

it('the bundled evaluate function does not load the client of SSM', () => {
  const bundle = readFileSync(new URL('evaluate/index.js', folder), 'utf8');
  expect(bundle).not.toContain('client-ssm');
});

describe('the bundled functions and the documents', () => {
  const account = createAccount();
  const frank = user(account, 'frank', { ...password(400, 100), accessKeys: [accessKey(300, 90)] });
  let aws: LocalAws;
  let demonstration: Demonstration;
  beforeAll(async () => {
    deploy(account);
    aws = await startLocalAws(account);
    demonstration = createDemonstration(aws, readerRoleArn, () => undefined);
  });
  afterAll(async () => {
    await demonstration.close();
    await aws.close();
  });

  it('run the loop: NON_COMPLIANT, revoked, COMPLIANT, restored, exempt, the password only in its secret', async () => {
    const compliance = async () =>
      (await demonstration.evaluate()).map((verdict) => verdict.compliance);
    expect(await compliance()).toEqual(['NON_COMPLIANT']);
    const [line] = await demonstration.remediate([frank.userId]);
    expect(line).toMatch(
      /^frank {2}Success {2}access key AKIA\w+ \(Deactivate\), password \(Delete\)$/u,
    );
    expect(await compliance()).toEqual(['COMPLIANT']);
    expect(frank.loginProfile).toBeUndefined();
    const lines = await demonstration.restore('frank');
    expect(lines[0]).toMatch(/^Success: access key AKIA\w+, password \(a new one\)$/u);
    expect(await demonstration.evaluate()).toMatchObject([
      { compliance: 'COMPLIANT', category: 'exempt' },
    ]);
    expect(await demonstration.searchForPassword('frank')).toEqual(['its secret']);
  });
});
