import {
  evaluatePermissions,
  issuePasswordPermissions,
  planPurgePermissions,
  planRestorationPermissions,
  planRetirementPermissions,
  planRevocationPermissions,
  purgePermissions,
  restorePermissions,
  restorePermissionsPermissions,
  retirePermissions,
  revokePermissions,
} from '../../infra/account/permissions.ts';
import { accountParameterGroups } from '../../infra/parameters/account.ts';
import type { ParameterGroup } from '../../infra/parameters/declare.ts';
import {
  protectionParameters,
  stackSetParameters,
  targetParameters,
} from '../../infra/parameters/organization.ts';
import {
  purgeDocument,
  restoreDocument,
  retireDocument,
  revokeDocument,
} from '../../remediation-docs/documents.ts';

import { defaultExemptUntilTag, functionNames } from '../../rule/core/names.ts';
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
    { label: 'Organization', parameters: { ...targetParameters, ...stackSetParameters } },
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

const permissions = [
  [functionNames.evaluate, evaluatePermissions],
  [functionNames.planRevocation, planRevocationPermissions],
  [functionNames.planRetirement, planRetirementPermissions],
  [functionNames.planRestoration, planRestorationPermissions],
  [functionNames.planPurge, planPurgePermissions],
  [functionNames.issuePassword, issuePasswordPermissions],
  [functionNames.restorePermissions, restorePermissionsPermissions],
  [revokeDocument.name, revokePermissions()],
  [retireDocument.name, retirePermissions],
  [restoreDocument.name, restorePermissions(defaultExemptUntilTag)],
  [purgeDocument.name, purgePermissions],
] as const;

/** What the roles of functions and documents allow, apart from logs and topic, in Markdown. */
export function renderActionTable(): string {
  const rows = permissions.map(([name, statements]) => {
    const allowed = statements.flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action : []));
    const actions = [...new Set(allowed)].sort((a, b) => (a < b ? -1 : 1));
    return `| \`${name}\` | ${actions.map((action) => `\`${action}\``).join(', ')} |`;
  });
  return ['| role of | actions |', '|---|---|', ...rows].join('\n');
}
