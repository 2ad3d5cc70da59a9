import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { readParameters, type Template } from '../../local-aws/template/resolve.ts';
import { variableName } from '../../scripts/readme/terraform.ts';
import { useTemporaryFolder } from '../cli/temporary-folder.ts';
import { organizationText } from '../infra/organization/template.ts';
import { accountTemplate } from '../infra/synthesized.ts';
import { missingTerraform, succeed, terraform } from './run-terraform.ts';

const source = fileURLToPath(new URL('../../terraform', import.meta.url));
const missing = await missingTerraform();
const temporary = useTemporaryFolder();

const words = (text: string) => text.split(' ');
const role = 'arn:aws:iam::{account}:role/Helpdesk';
const long = (length: number) => 'x'.repeat(length);

/** Every value is tried with every parameter, whether or not it is meant for it. */
const values = [
  ...words('0 1 2 9 14 29 30 45 99 100 365 366 999 1000 2999 3599 3649 3650 3651 3653 9999 10000'),
  ...words('-1 1.5 45.5 true false True yes One_Hour TwentyFour_Hours Daily Weekly Always weekly'),
  ...words('Delete Keep Deactivate Replace delete credential user console-password users none'),
  ...words('/break-glass/ /a/,/b/ / // /// a/ /a /ä/ /a/b/c/ /a/,,/b/ a,b a;b'),
  ...words('owner Team ä.:/=+-@_9 日本 aws awsome:x aws:x AWS:x aWs:x xaws:'),
  ...words('2027-01-31 2028-02-29 2027-02-29 2027-13-01 2027-1-1 2000-01-01 2100-02-29'),
  ...words('security@example.com security a@b a@example.com,b@example.com'),
  ...words(`${role} ${role},${role} ${role}, arn:aws-cn:iam::123456789012:user/ops *`),
  ...words('arn:aws:iam::*:role/OnCall arn:*:iam::*:role/a* arn:aws:iam::*:role/*'),
  ...words('arn:aws:iam::*:role/A,arn:aws:iam::*:role/B arn:aws:iam::1234:role/x'),
  ...words('arn:aws:events:eu-central-1:123456789012:event-bus/a arn:aws:events:*:*:event-bus/a'),
  ...words('arn:aws:sns:eu-central-1:123456789012:a arn:aws:sns:eu-central-1:123456789012:a.fifo'),
  ...words('arn:aws:kms:eu-central-1:123456789012:key/a arn:aws:kms:eu-central-1:1:alias/a'),
  ...words('SELF DELEGATED_ADMIN self o-a1b2c3d4e5 o-short r-ab12 r-ab12,r-cd34 123456789012'),
  ...words('ou-ab12-cd34ef56 ou-ab12-cd34ef56,ou-ab12-gh78ij90 r-ab12,ou-ab12-cd34ef56'),
  ...[49, 50, 51, 100, 101].map((count) => Array(count).fill('ou-ab12-cd34ef56').join()),
  'arn:aws:cloudformation:eu-central-1:123456789012:stackset/a:11111111-2222-4333-8444-555555555555',
  ...['', 'cost center', 'a\tb', '$' + '{aws:username}', '%' + '{if}', 'a"b\\c', '/a b/'],
  ...[long(128), long(129), `/${long(510)}/`, `/${long(511)}/`, `/${long(500)}/,/${long(20)}/`],
  ...[`${'a'.repeat(309)}@example.com`, `${'a'.repeat(308)}@example.com`],
  ...[410, 411, 512, 513].map((length) => 'arn:aws:iam::*:role/'.padEnd(length, 'x')),
  ...[256, 257].map((length) => 'arn:aws:sns:eu-central-1:123456789012:'.padEnd(length, 'x')),
  Array(22).fill(role).join(),
  Array(32).fill(role).join(),
];

/** A module, and the template that its variables are for. */
interface Module {
  readonly name: string;
  readonly folder: string;
  readonly template: Template;
  /** Arguments without which the module cannot be called. */
  readonly required: object;
  /** A parameter that can be null, such as the units, which a template with waves does not have. */
  readonly optional: string;
  /** The parameters that the module sets itself. */
  readonly own: readonly string[];
}

const modules: readonly Module[] = [
  {
    ...{ name: 'account', folder: '.', required: {}, own: [], optional: 'MaxExemptionDays' },
    template: await accountTemplate(),
  },
  {
    ...{ name: 'organization', folder: 'modules/organization', optional: 'OrganizationalUnitIds' },
    required: { organization_id: 'o-a1b2c3d4e5', organizational_unit_ids: ['r-ab12'] },
    // The module knows the URL of the template that it uploads.
    own: ['TemplateUrl'],
    template: JSON.parse(await organizationText()),
  },
];

const place = { stackName: 'Stack', accountId: '123456789012', region: 'eu-central-1' };

/** Whether CloudFormation takes a value; its patterns are Java's, and these mean the same in both. */
function takes(template: Template, name: string, value: string): boolean {
  const only: Template = {
    ...template,
    Parameters: { [name]: template.Parameters?.[name] ?? { Type: 'none' } },
  };
  try {
    readParameters(only, { ...place, partition: 'aws', parameters: { [name]: value } });
    return true;
  } catch {
    return false;
  }
}

/** A variable of a module, as its file declares it. */
interface Variable {
  readonly type: string;
  /** When a value is valid, or nothing if every value of the type is. */
  readonly condition: string | undefined;
}

function readVariables(file: string): ReadonlyMap<string, Variable> {
  const blocks = readFileSync(file, 'utf8').matchAll(/^variable "(\w+)" \{\n([\s\S]*?)^\}$/gmu);
  return new Map(
    [...blocks].map(([, name = '', body = '']) => {
      const type = /^ {2}type +?= (.+)$/mu.exec(body)?.[1] ?? '';
      return [name, { type, condition: /^ {4}condition +?= (.+)$/mu.exec(body)?.[1] }];
    }),
  );
}

const ofAccount = readVariables(join(source, 'variables.tf'));

/** Whether the account module has the same variable. */
function isShared(variables: ReadonlyMap<string, Variable>, name: string): boolean {
  return isDeepStrictEqual(variables.get(name), ofAccount.get(name));
}

const skipped = missing === '' ? '' : ` (${missing})`;

describe.skipIf(missing !== '')(`the files of the Terraform module${skipped}`, () => {
  it('are formatted as terraform fmt writes them', async () => {
    expect(await terraform(source, ['fmt', '-check', '-recursive', '-diff'])).toEqual({
      ...{ code: 0, stdout: '', stderr: '' },
    });
  });
});

/** Texts as Terraform's JSON form means them: `${` and `%{` begin templates there. */
function escapeTemplates(given: unknown): unknown {
  return JSON.parse(JSON.stringify(given).replaceAll(/[$%](?=\{)/gu, '$&$&'));
}

/** What a variable of this type gets for a value of its parameter, and the value that the template gets of it. */
function argumentFor(type: string, value: string): { given: unknown; passed: string } | undefined {
  if (type === 'list(string)') {
    return { given: value === '' ? [] : value.split(','), passed: value };
  }
  if (type === 'string') return { given: value, passed: value };
  if (type === 'bool') {
    return ['true', 'false'].includes(value)
      ? { given: value === 'true', passed: value }
      : undefined;
  }
  // No other text is a number in Terraform.
  return /^-?\d+(?:\.\d+)?$/u.test(value)
    ? { given: Number(value), passed: String(Number(value)) }
    : undefined;
}

describe.skipIf(missing !== '').each(modules)(
  `the variables of the $name module${skipped}`,
  ({ name, folder, template, own, required, optional }) => {
    const parameters = Object.keys(template.Parameters ?? {}).filter((each) => !own.includes(each));
    const variables = readVariables(join(source, folder, 'variables.tf'));
    // The same as in the account module, where they are checked, because a regular expression takes a while.
    const checked = parameters.filter(
      (parameter) => name === 'account' || !isShared(variables, variableName(parameter)),
    );
    const caller = temporary.folder(name);

    /** The outputs that Terraform plans for a configuration in Terraform's JSON form. */
    async function planOutputs(
      configuration: object,
    ): Promise<(name: string) => Readonly<Record<string, unknown>>> {
      writeFileSync(join(caller, 'main.tf.json'), JSON.stringify(configuration, null, 1));
      await succeed(caller, ['init', '-input=false']);
      await succeed(caller, ['plan', '-out=plan']);
      const { planned_values } = JSON.parse(await succeed(caller, ['show', '-json', 'plan']));
      return (name) => Object(planned_values.outputs[name].value);
    }

    /** Calls the module without its resources. */
    const callWith = (given: object) => ({
      module: { call: { source: './variables', ...given } },
      output: { parameters: { value: '$' + '{module.call.parameters}' } },
    });

    beforeAll(() => {
      for (const file of ['variables.tf', 'parameters.tf']) {
        cpSync(join(source, folder, file), join(caller, 'variables', file));
      }
      const output = 'output "parameters" {\n  value = local.parameters\n}\n';
      writeFileSync(join(caller, 'variables/outputs.tf'), output);
    });

    it('give the template its own defaults', async () => {
      const given = (await planOutputs(callWith(required)))('parameters');
      const defaultOf = (parameter: string) => template.Parameters?.[parameter]?.Default;
      // A number that is null is left out.
      const left = parameters.filter((parameter) => !Object.hasOwn(given, parameter));
      expect(new Set(left.map(defaultOf))).toEqual(new Set(['']));
      const rest = parameters
        .filter((parameter) => !left.includes(parameter))
        .map((parameter) => [parameter, defaultOf(parameter) ?? given[parameter]]);
      expect(given).toEqual(Object.fromEntries(rest));
    });

    it('leave the default to the template if they are null', async () => {
      const outputs = await planOutputs(callWith({ ...required, [variableName(optional)]: null }));
      expect(outputs('parameters')).not.toHaveProperty(optional);
      expect(outputs('parameters')).toHaveProperty('OwnerTag');
    });

    it("accept exactly the values that the template's parameters accept", async () => {
      const rows = checked.map((parameter) => {
        const { type = '', condition = 'true' } = variables.get(variableName(parameter)) ?? {};
        const cases = values.flatMap((value) => argumentFor(type, value) ?? []);
        // Terraform evaluates the condition of the file for each value.
        const valid = condition.replaceAll(`var.${variableName(parameter)}`, 'value');
        return { parameter, cases, output: `[for value in local.${parameter} : ${valid}]` };
      });
      const planned = await planOutputs({
        locals: Object.fromEntries(
          rows.map(({ parameter, cases }) => [
            parameter,
            escapeTemplates(cases.map(({ given }) => given)),
          ]),
        ),
        output: Object.fromEntries(
          rows.map(({ parameter, output }) => [parameter, { value: `$\{${output}}` }]),
        ),
      });
      for (const { parameter, cases } of rows) {
        const verdicts = cases.map(({ passed }) => [passed, takes(template, parameter, passed)]);
        const answers = planned(parameter);
        const byTerraform = cases.map(({ passed }, index) => [passed, answers[index]]);
        expect({ parameter, verdicts: byTerraform }).toEqual({ parameter, verdicts });
        expect(verdicts.filter(([, isTaken]) => isTaken).length).toBeGreaterThan(0);
      }
    }, 180_000);

    it('refuse a value with the words of the template', async () => {
      const given = { ...required, minimum_idle_days: 0, owner_tag: 'aws:owner' };
      writeFileSync(join(caller, 'main.tf.json'), JSON.stringify(callWith(given)));
      await succeed(caller, ['init', '-input=false']);
      const { code, stderr } = await terraform(caller, ['plan', '-no-color']);
      expect(code).toBe(1);
      const words = stderr.replaceAll(/\s+/gu, ' ');
      expect(words).toContain(
        `minimum_idle_days ${template.Parameters?.['MinimumIdleDays']?.ConstraintDescription}.`,
      );
      expect(words).toContain('owner_tag must be the key of a tag, such as owner.');
    });
  },
);
