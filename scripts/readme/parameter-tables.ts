import { accountParameterGroups } from '../../infra/parameters/account.ts';
import type { ParameterGroup } from '../../infra/parameters/declare.ts';
import { targetParameters } from '../../infra/parameters/organization.ts';
import { protectionParameters } from '../../infra/parameters/protection.ts';
import {
  type ParameterDefinition,
  type Preset,
  parameterDefinitions,
  presets,
} from '../../rule/core/rule-parameters.ts';

/** The tables of rule parameters and presets, in Markdown. */
export function renderRuleParameters(): string {
  const parameters = Object.entries<ParameterDefinition>(parameterDefinitions).map(
    ([name, { description, default: value, valid }]) =>
      `| \`${name}\` | ${description} | ${code(value)} | ${valid} |`,
  );
  const rows = Object.entries<Preset>(presets).map(([name, { guidance, parameters: values }]) => {
    const settings = Object.entries(values).map(([key, value]) => `\`${key}\` ${value}`);
    return `| \`${name}\` | ${guidance} | ${settings.join(', ')} |`;
  });
  return [
    '| parameter | meaning | default | valid |',
    '|---|---|---|---|',
    ...parameters,
    '',
    'A preset is a set of parameters from published guidance:',
    '',
    '| preset | guidance | parameters |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}

/** The parameters of the account template, in Markdown. */
export function renderStackParameters(): string {
  return renderGroups(accountParameterGroups);
}

/** The parameters that only the organization template has, in Markdown. */
export function renderOrganizationParameters(): string {
  return renderGroups([
    { label: 'Organization', parameters: { ...targetParameters, ...targetParameters } },
    { label: 'Protection', parameters: protectionParameters },
  ]);
}

function renderGroups(groups: readonly ParameterGroup[]): string {
  const rows = groups.flatMap(({ parameters }) =>
    Object.entries(parameters).map(([name, { description, default: value, allowedValues }]) => {
      const values = allowedValues?.filter((allowed) => allowed !== '').map(code) ?? [];
      // A long list, such as the days for which logs can be kept, is easier to read in the form.
      const oneOf = values.length > 0 && values.length < 8 ? ` One of ${values.join(', ')}.` : '';
      const cell = value === undefined ? 'required' : value === '' ? '' : code(value);
      return `| \`${name}\` | ${description}${oneOf} | ${cell} |`;
    }),
  );
  return ['| parameter | meaning | default |', '|---|---|---|', ...rows].join('\n');
}

function code(value: string): string {
  return value === 'none' ? value : `\`${value}\``;
}
