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
 * The operations that the documents use of services whose clients are not installed, with all their parameters as
 * botocore 1.43 has them; for `s3 cp` and `cloudformation deploy`, which are the AWS CLI's own, those that are used.
 */
const listed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cloudformation: {
    'activate-organizations-access': '',
    'delete-stack': 'stack-name retain-resources role-arn client-request-token deletion-mode',
    'delete-stack-instances':
      'stack-set-name accounts deployment-targets regions operation-preferences retain-stacks operation-id call-as',
    deploy: 'stack-name template-file s3-bucket capabilities parameter-overrides',
    'describe-organizations-access': 'call-as',
    'describe-stack-instance':
      'stack-set-name stack-instance-account stack-instance-region call-as',
    'describe-stack-set': 'stack-set-name call-as',
    'describe-stacks': 'stack-name next-token',
    'detect-stack-set-drift': 'stack-set-name operation-preferences operation-id call-as',
    'list-stack-instances':
      'stack-set-name next-token max-results filters stack-instance-account stack-instance-region call-as',
    'list-stack-set-auto-deployment-targets': 'stack-set-name next-token max-results call-as',
    'list-stack-set-operation-results':
      'stack-set-name operation-id next-token max-results call-as filters',
    'list-stack-set-operations': 'stack-set-name next-token max-results call-as',
    'update-stack-instances':
      'stack-set-name accounts deployment-targets regions parameter-overrides operation-preferences operation-id call-as',
  },
  cloudtrail: {
    'lookup-events': 'lookup-attributes start-time end-time event-category max-results next-token',
  },
  cloudwatch: {
    'describe-alarms':
      'alarm-names alarm-name-prefix alarm-types children-of-alarm-name parents-of-alarm-name state-value action-prefix max-records next-token',
    'list-metrics':
      'namespace metric-name dimensions next-token recently-active include-linked-accounts owning-account',
    'set-alarm-state': 'alarm-name state-value state-reason state-reason-data',
  },
  kms: {
    'cancel-key-deletion': 'key-id',
  },
  organizations: {
    'describe-organization': '',
    'detach-policy': 'policy-id target-id',
    'enable-aws-service-access': 'service-principal',
    'enable-policy-type': 'root-id policy-type',
    'list-delegated-services-for-account': 'account-id next-token max-results',
    'list-organizational-units-for-parent': 'parent-id next-token max-results',
    'list-roots': 'next-token max-results',
    'register-delegated-administrator': 'account-id service-principal',
  },
  s3: {
    cp: 'recursive sse',
  },
};

/** The same for every service that is listed here. */
export const otherServices: Readonly<Record<string, Operations>> = Object.fromEntries(
  Object.entries(listed).map(([service, operations]) => [
    service,
    new Map(
      Object.entries(operations).map(([operation, parameters]) => [
        operation.replaceAll('-', ''),
        parameters.split(' ').map((parameter) => parameter.replaceAll('-', '')),
      ]),
    ),
  ]),
);
