/** The service whose actions the operations of a client are, by the client's package. */
const services: Readonly<Record<string, string>> = {
  'client-config-service': 'config',
  'client-iam': 'iam',
  'client-lambda': 'lambda',
  'client-secrets-manager': 'secretsmanager',
  'client-sns': 'sns',
  'client-ssm': 'ssm',
};

/**
 * Takes a package of the SDK (`client-iam`) and a name that it exports. Gives the action that is needed to use
 * it, or null for a client, which sends nothing by itself. Throws for anything else: nobody knows what it calls.
 * Every operation used here has the name of its action; `lambda:Invoke`, which has not, is not used.
 */
export function actionOf(sdkPackage: string, name: string): string | null {
  const service = services[sdkPackage];
  if (service === undefined)
    throw new Error(`It is not known what calls @aws-sdk/${sdkPackage} makes`);
  if (/^[A-Z]\w*Client$/u.test(name)) return null;
  const [, command, paginated] = /^(?:([A-Z]\w*)Command|paginate([A-Z]\w*))$/u.exec(name) ?? [];
  const operation = command ?? paginated;
  if (operation === undefined || `${service}:${operation}` === 'lambda:Invoke') {
    throw new Error(`It is not known what action ${name} of @aws-sdk/${sdkPackage} needs`);
  }
  return `${service}:${operation}`;
}

/** What is asked for of the SDK, apart from clients. */
const asked = /(?<![\w$.])([\w$]+)\.(\w+Command|paginate[A-Z]\w*|waitUntil[A-Z]\w*)(?![\w$])/gu;
/** A class of a client, which the entry point passes on. */
const clientClass = /(?<![\w$.])([\w$]+)\.\w+Client(?![\w$])/gu;

/**
 * Takes a function's bundle, CommonJS and minified, which asks for the SDK by `require`. Gives the actions of
 * all operations that it can call. Throws where it uses the SDK in a way that is not understood.
 */
export function actionsInBundle(code: string): string[] {
  const required = [...code.matchAll(/([\w$]+)=require\("@aws-sdk\/([\w-]+)"\)/gu)];
  const packages = new Map(required.map(([, variable, sdkPackage]) => [variable, sdkPackage]));
  if (packages.size !== (code.match(/@(?:aws-sdk|smithy)\//gu) ?? []).length) {
    throw new Error(
      'The bundle asks for the SDK otherwise than by require, or twice under one name',
    );
  }
  const uses = [...code.matchAll(asked)];
  const used = new Set([...uses, ...code.matchAll(clientClass)].map(([, variable]) => variable));
  for (const [variable, sdkPackage] of packages) {
    if (!used.has(variable)) {
      throw new Error(`Nothing that is known of @aws-sdk/${sdkPackage} is used as ${variable}`);
    }
  }
  return uses.flatMap(([, variable, name = '']) => {
    const sdkPackage = packages.get(variable);
    if (sdkPackage === undefined) throw new Error(`${variable}.${name} is of no client`);
    return actionOf(sdkPackage, name) ?? [];
  });
}
