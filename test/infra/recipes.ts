import { readdirSync, readFileSync } from 'node:fs';
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

/** The short forms of CloudFormation's functions that the recipes use. */
const customTags = [
  { tag: '!Ref', resolve: (text: string) => ({ Ref: text }) },
  { tag: '!GetAtt', resolve: (text: string) => ({ 'Fn::GetAtt': text.split('.') }) },
  { tag: '!Sub', resolve: (text: string) => ({ 'Fn::Sub': text }) },
];

const folder = new URL('../../docs/events/', import.meta.url);

/** The names of the templates of docs/events. */
export const recipeFiles = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

/** A template of docs/events, as an object. */
export function readRecipe(file: string): object {
  return parse(readFileSync(new URL(file, folder), 'utf8'), { customTags });
}

/** The event rule of a recipe: its pattern, and how it turns an event into a message; null for as it is. */
export function recipeRule(file: string) {
  const resources = Object.values(v.parse(template, readRecipe(file)).Resources);
  const [rule] = resources.filter(({ Type }) => Type === 'AWS::Events::Rule');
  if (rule === undefined) throw new Error(`${file} has no event rule`);
  const { EventPattern: pattern, Targets: [first] = [] } = rule.Properties;
  return { pattern, transformer: first?.InputTransformer ?? null };
}
