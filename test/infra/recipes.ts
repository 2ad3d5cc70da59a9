import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { parse } from 'yaml';

const transformer = v.strictObject({
  InputPathsMap: v.record(v.string(), v.string()),
  InputTemplate: v.string(),
});
const target = v.looseObject({ InputTransformer: v.optional(transformer) });
const template = v.object({
  Resources: v.record(
    v.string(),
    v.object({
      Type: v.string(),
      Properties: v.optional(
        v.looseObject({
          EventPattern: v.optional(v.unknown()),
          Targets: v.optional(v.pipe(v.array(target), v.length(1))),
        }),
        {},
      ),
    }),
  ),
});

/** The functions of CloudFormation that the recipes use; what they refer to does not matter here. */
const customTags = ['!Ref', '!GetAtt', '!Sub'].map((tag) => ({
  tag,
  resolve: (text: string) => `${tag} ${text}`,
}));

/** A template of docs/events. */
export function readRecipe(file: string) {
  const text = readFileSync(new URL(`../../docs/events/${file}`, import.meta.url), 'utf8');
  return v.parse(template, parse(text, { customTags }));
}

/** The event rule of a recipe: its pattern, and how it turns an event into a message; null for as it is. */
export function recipeRule(file: string) {
  const resources = Object.values(readRecipe(file).Resources);
  const [rule] = resources.filter(({ Type }) => Type === 'AWS::Events::Rule');
  if (rule === undefined) throw new Error(`${file} has no event rule`);
  const { EventPattern: pattern, Targets: [first] = [] } = rule.Properties;
  return { pattern, transformer: first?.InputTransformer ?? null };
}
