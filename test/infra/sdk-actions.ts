/** The service prefix of a client's actions, by the client's package. */
const services: Readonly<Record<string, string>> = {
  'client-config-service': 'config',
  'client-eventbridge': 'events',
  'client-iam': 'iam',
  'client-lambda': 'lambda',
  'client-secrets-manager': 'secretsmanager',
  'client-sns': 'sns',
  'client-ssm': 'ssm',
};

/**
 * The action that an export of an SDK package (`client-iam`) needs; null for a client, which sends nothing by
 * itself. Throws for anything else, because its calls are unknown. Every operation used here has the name of its
 * action; `lambda:Invoke`, which does not, is not used.
 */
function actionOf(sdkPackage: string, name: string): string | null {
  const service = services[sdkPackage];
  if (service === undefined) throw new Error(`Unknown which calls @aws-sdk/${sdkPackage} makes`);
  if (/^[A-Z]\w*Client$/u.test(name)) return null;
  const [, command, paginated] = /^(?:([A-Z]\w*)Command|paginate([A-Z]\w*))$/u.exec(name) ?? [];
  const operation = command ?? paginated;
  if (operation === undefined || `${service}:${operation}` === 'lambda:Invoke') {
    throw new Error(`Unknown which action ${name} of @aws-sdk/${sdkPackage} needs`);
  }
  return `${service}:${operation}`;
}

/** What a bundle uses of the SDK, apart from clients. */
const asked = /(?<![\w$.])([\w$]+)\.(\w+Command|paginate[A-Z]\w*|waitUntil[A-Z]\w*)(?![\w$])/gu;
/** A client class, which the entry point passes on. */
const clientClass = /(?<![\w$.])([\w$]+)\.\w+Client(?![\w$])/gu;

/**
 * The actions of all operations that a function's minified CommonJS bundle can call. Throws if it uses the SDK in
 * a way that this does not recognize.
 */
export function actionsInBundle(code: string): string[] {
  const required = [...code.matchAll(/([\w$]+)=require\("@aws-sdk\/([\w-]+)"\)/gu)];
  const packages = new Map(required.map(([, variable, sdkPackage]) => [variable, sdkPackage]));
  if (packages.size !== (code.match(/@(?:aws-sdk|smithy)\//gu) ?? []).length) {
    throw new Error('The bundle loads the SDK other than by require, or twice under one name');
  }
  const uses = [...code.matchAll(asked)];
  const known = [...uses, ...code.matchAll(clientClass)].map(([, variable = '']) => variable);
  // esbuild keeps the require of a module of which nothing is used, beside that of the client.
  const used = new Set(known.map((variable) => packages.get(variable)));
  for (const sdkPackage of packages.values()) {
    if (!used.has(sdkPackage)) throw new Error(`No known export of @aws-sdk/${sdkPackage} is used`);
  }
  return uses.flatMap(([, variable, name = '']) => {
    const sdkPackage = packages.get(variable);
    if (sdkPackage === undefined)
      throw new Error(`${variable}.${name} does not belong to a client`);
    return actionOf(sdkPackage, name) ?? [];
  });
}
