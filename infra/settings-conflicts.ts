import { mostUnits } from './organization-parameters.ts';
import { brakesOf } from './settings-brakes.ts';
import type { Settings } from './settings-values.ts';
import { mostWaveExemptions, policyCharacters, waveExemptions } from './wave-exemptions.ts';

/** Takes settings of which each is valid by itself. Gives back in words what does not go together. */
export function findConflicts({ defaults, waves }: Settings): readonly string[] {
  const units = waves.flatMap(({ organizationalUnitIds }, index) =>
    organizationalUnitIds.map((id) => ({ id, where: `waves[${index}]` })),
  );
  const repeated = units.filter(
    ({ id }, index) => units.findIndex((each) => each.id === id) < index,
  );
  const characters = policyCharacters(waveExemptions(waves));
  const root = units.find(({ id }) => id.startsWith('r-'));
  return [
    ...repeated.map(({ id, where }) => {
      const first = units.find((each) => each.id === id)?.where;
      return `${where}.organizationalUnitIds has ${id}, which ${first === where ? 'it' : first} has already: an account gets the values of one wave. Name it once`;
    }),
    ...(root !== undefined && units.length > 1
      ? [
          `${root.where}.organizationalUnitIds has the root ${root.id}, and with it every other unit. Name the units instead, none of them below another`,
        ]
      : []),
    ...(units.length > mostUnits
      ? [
          `waves have ${units.length} organizational units: one operation of StackSets takes ${mostUnits}. Name units further up, none of them below another`,
        ]
      : []),
    ...(characters > mostWaveExemptions
      ? [
          `waves have ExemptUntilTag and ExemptPathPrefixes that take ${characters} characters of the policy that protects them, and ${mostWaveExemptions} are free. Put what several waves exempt into the defaults, or exempt a path further up`,
        ]
      : []),
    ...findReckless({ defaults, waves }),
  ];
}

/** Accounts that join a wave later do without its brakes. */
function findReckless({ defaults, waves }: Settings): string[] {
  if (defaults.AutomaticRemediation !== 'true') return [];
  return waves.flatMap((wave, index) =>
    brakesOf(wave).map((name) => {
      const isSwitch = name === 'AutomaticRemediation';
      return [
        `waves[${index}].parameters.${name} is "${wave.parameters[name]}" while defaults.AutomaticRemediation is "true":`,
        `an account that joins later gets the default, so that credentials would be revoked there${isSwitch ? '' : ' without it'}.`,
        `${isSwitch ? 'Set' : `Put ${name} into the defaults, or set`} the default of AutomaticRemediation to "false", and "true" in the waves that are ready`,
      ].join(' ');
    }),
  );
}
