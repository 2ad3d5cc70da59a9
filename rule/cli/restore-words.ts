/** The options of restore that stand for parameters which its document's reasons name. */
const options: Readonly<Record<string, string>> = {
  RestorePassword: '--password',
  IncludeUnconfirmed: '--include-unconfirmed',
  MaxRecordAgeDays: '--max-record-age-days',
  AccessKeyId: '--access-key',
};

const names = new RegExp(`\\b(?:${Object.keys(options).join('|')})\\b`, 'gu');

/** Takes a reason in the document's words, `RestorePassword issues a new one`. Gives it back with the option after each parameter. */
export function withOptions(reason: string): string {
  return reason.replace(names, (name) => `${name} (${options[name]})`);
}
