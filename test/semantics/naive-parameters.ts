/** The rule's parameters with every default filled in; ages in days. */
export interface NaiveParameters {
  maxPasswordUsageAge: number;
  maxAccessKeyUsageAge: number;
  evaluationScope: 'credential' | 'user' | 'console-password';
  exemptPathPrefixes: readonly string[];
  exemptUntilTag: string;
  maxExemptionDays: number;
}

/** Config's InputParameters: strings, and only those that someone set. */
export type InputParameters = Readonly<
  Partial<Record<keyof NaiveParameters | 'maxCredentialUsageAge', string>>
>;

/** Adds the defaults, stated a second time, so that a wrong default in rule/ shows as a wrong verdict. */
export function naiveParameters(input: InputParameters): NaiveParameters {
  const bothKinds = input.maxCredentialUsageAge ?? '45';
  const prefixes = input.exemptPathPrefixes;
  return {
    maxPasswordUsageAge: Number(input.maxPasswordUsageAge ?? bothKinds),
    maxAccessKeyUsageAge: Number(input.maxAccessKeyUsageAge ?? bothKinds),
    evaluationScope: scopeNamed(input.evaluationScope ?? 'credential'),
    exemptPathPrefixes: prefixes === undefined ? [] : prefixes.split(','),
    exemptUntilTag: input.exemptUntilTag ?? 'unused-iam-credentials:exempt-until',
    maxExemptionDays: Number(input.maxExemptionDays ?? '365'),
  };
}

function scopeNamed(name: string): NaiveParameters['evaluationScope'] {
  if (name === 'credential' || name === 'user' || name === 'console-password') {
    return name;
  }
  throw new Error(`no scope is named ${name}`);
}
