import {
  type ParameterDefinition,
  type Preset,
  parameterDefinitions,
  presets,
} from '../../rule/core/rule-parameters.ts';

/** Gives the README's tables of rule parameters and presets, in Markdown, made from the code. */
export function renderParameterTables(): string {
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
    'Presets are sets of these from published guidance:',
    '',
    '| preset | guidance | parameters |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}

function code(value: string): string {
  return value === 'none' ? value : `\`${value}\``;
}
