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
  if (service === undefined) throw new Error(`It is not known what calls @aws-sdk/${sdkPackage} makes`);
  if (/^[A-Z]\w*Client$/u.test(name)) return null;
  const [, command, paginated] = /^(?:([A-Z]\w*)Command|paginate([A-Z]\w*))$/u.exec(name) ?? [];
  const operation = command ?? paginated;
  if (operation === undefined || `${service}:${operation}` === 'lambda:Invoke') {
    throw new Error(`It is not known what action ${name} of @aws-sdk/${sdkPackage} needs`);
  }
  return `${service}:${operation}`;
}

/**
 * Takes a function's bundle, CommonJS and minified, which asks for the SDK by `require`. Gives the actions of
 * all operations that it can call. Throws where it uses the SDK in a way that is not understood.
 */
export function actionsInBundle(code: string): string[] {
  const required = [...code.matchAll(/([\w$]+)=require\("@(?:aws-sdk|smithy)\/([\w-]+)"\)/gu)];
  const mentions = code.match(/@(?:aws-sdk|smithy)\//gu) ?? [];
  const loadedOnly = code.match(/(?<![\w$=])require\("@(?:aws-sdk|smithy)\//gu) ?? [];
  if (required.length + loadedOnly.length !== mentions.length) {
    throw new Error('The bundle asks for the SDK otherwise than by require');
  }
  return required.flatMap(([, variable = '', sdkPackage = '']) => {
    const name = variable.replaceAll('$', '\\$');
    const uses = [...code.matchAll(new RegExp(`(?<![\\w$.])${name}\\.([\\w$]+)`, 'gu'))];
    if (uses.length === 0) throw new Error(`Nothing of @aws-sdk/${sdkPackage} is used`);
    return uses.flatMap(([, used = '']) => actionOf(sdkPackage, used) ?? []);
  });
}
