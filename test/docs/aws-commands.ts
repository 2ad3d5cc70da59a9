/** Operations of a service and their parameters; both in lower case and without dashes. */
export type Operations = ReadonlyMap<string, readonly string[]>;

/**
 * The operations of a client of the SDK. The SDK keeps the input of each command as a schema:
 * `[9, namespace, name, traits, input, output]`, and the input is `[3, namespace, name, traits, members, …]`.
 */
export function operationsOf(client: Readonly<Record<string, unknown>>): Operations {
  const commands = Object.entries(client).filter(([name]) => /^[A-Z]\w*Command$/u.test(name));
  return new Map(
    commands.map(([name, command]) => {
      const operation = name.replace(/Command$/u, '');
      return [operation.toLowerCase(), membersOf(command).map((member) => member.toLowerCase())];
    }),
  );
}

function membersOf(command: unknown): readonly string[] {
  const { schema }: { schema?: unknown } = Reflect.construct(command as () => void, [{}]);
  const reference = Array.isArray(schema) ? schema[4] : undefined;
  const input = typeof reference === 'function' ? reference() : reference;
  const members: unknown = Array.isArray(input) ? input[4] : undefined;
  if (Array.isArray(members)) return members;
  // An operation without input, such as GenerateCredentialReport.
  if (input === 'unit') return [];
  throw new Error(`The SDK keeps the input of ${String(command)} in a form that is not known`);
}

/**
 * The operations and parameters that the documents use of services whose clients are not installed. Before you add one,
 * look it up in the AWS CLI Command Reference.
 */
const listed: Readonly<Record<string, readonly string[]>> = {
  accessanalyzer: ['list-findings-v2 analyzer-arn filter sort', 'get-finding-v2 analyzer-arn id'],
  cloudformation: [
    'activate-organizations-access',
    'delete-stack stack-name',
    'delete-stack-instances stack-set-name deployment-targets regions operation-preferences retain-stacks',
    'deploy stack-name template-file s3-bucket capabilities parameter-overrides',
    'describe-organizations-access',
    'describe-stack-instance stack-set-name stack-instance-account stack-instance-region',
    'describe-stack-set stack-set-name',
    'describe-stacks stack-name',
    'describe-type type type-name',
    'detect-stack-set-drift stack-set-name',
    'list-stack-instances stack-set-name',
    'list-stack-set-auto-deployment-targets stack-set-name',
    'list-stack-set-operation-results stack-set-name operation-id filters',
    'list-stack-set-operations stack-set-name max-results',
    'update-stack-instances stack-set-name deployment-targets regions parameter-overrides',
  ],
  cloudtrail: ['lookup-events lookup-attributes'],
  cloudwatch: [
    'describe-alarms alarm-name-prefix',
    'list-metrics namespace metric-name',
    'set-alarm-state alarm-name state-value state-reason',
  ],
  kms: ['cancel-key-deletion'],
  organizations: [
    'describe-organization',
    'detach-policy policy-id target-id',
    'enable-aws-service-access service-principal',
    'enable-policy-type root-id policy-type',
    'list-delegated-services-for-account account-id',
    'list-organizational-units-for-parent parent-id',
    'list-roots',
    'register-delegated-administrator account-id service-principal',
  ],
  s3: ['cp'],
  sts: ['get-access-key-info access-key-id'],
};

/** The operations and parameters of every listed service. */
export const otherServices: Readonly<Record<string, Operations>> = Object.fromEntries(
  Object.entries(listed).map(([service, commands]) => [
    service,
    new Map(
      commands.map((command) => {
        const [operation = '', ...parameters] = command.replaceAll('-', '').split(' ');
        return [operation, parameters];
      }),
    ),
  ]),
);
