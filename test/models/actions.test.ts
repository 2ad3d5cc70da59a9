import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lint } from '../infra/cfn-lint.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Condition keys, which look like actions. */
const conditionKeys = [
  ...['iam:PassedToService', 'iam:PolicyARN', 'kms:EncryptionContext', 'ssm:Overwrite'],
];

/** The actions that texts of the repository name, such as `iam:GetUser` or `kms:Get*`. */
function namedActions(): string[] {
  const files = ['infra', 'docs', 'rule', 'cli'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:ts|md)$/u.test(file))
      .map((file) => join(folder, file)),
  );
  const action =
    /(?<![\w:/-])(?:iam|ssm|config|sns|lambda|secretsmanager|events|cloudwatch|logs|cloudformation|sts|organizations|kms|s3):[A-Z][A-Za-z]+\*?/gu;
  const found = ['README.md', 'SECURITY.md', ...files].flatMap(
    (file) => readFileSync(join(root, file), 'utf8').match(action) ?? [],
  );
  return [...new Set(found)].filter((name) => !conditionKeys.includes(name));
}

function policyWith(actions: readonly string[]) {
  const Statement = [{ Effect: 'Allow', Action: actions, Resource: '*' }];
  const PolicyDocument = { Version: '2012-10-17', Statement };
  const Policy = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument } };
  return { AWSTemplateFormatVersion: '2010-09-09', Resources: { Policy } };
}

const actions = namedActions();
const linted = await lint(
  {
    named: policyWith(actions),
    wrong: policyWith(['iam:GetUser', 'iam:ReadUser', 'ssm:Read*']),
  },
  ['us-east-1'],
);

describe.skipIf(typeof linted === 'string')(
  `cfn-lint's list of IAM actions${typeof linted === 'string' ? ` (${linted})` : ''}`,
  () => {
    /** The unknown actions of a template, in lower case. */
    const unknown = (name: string) =>
      (typeof linted === 'string' ? [] : linted)
        .filter(({ template, rule }) => template === name && rule === 'W3037')
        .map(({ message }) => message.slice(0, message.indexOf(' is not')));

    it('has every action that the sources and the documentation name', () => {
      expect(actions.length).toBeGreaterThan(100);
      expect(unknown('named')).toEqual([]);
    });

    it('lacks an action that does not exist', () => {
      expect(unknown('wrong')).toEqual(["'readuser'", "'read*'"]);
    });
  },
);
