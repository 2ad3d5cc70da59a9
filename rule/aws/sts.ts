import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { call, required } from './call.ts';
import { type ClientLocation, connect } from './clients.ts';

/** Temporary credentials, as the SDK's clients take them. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

export function connectSts(location: ClientLocation): STSClient {
  return connect({ sts: STSClient }, location).sts;
}

/** Assumes a role for an hour, which is the longest time that every role allows. */
export function assumeRole(
  sts: STSClient,
  roleArn: string,
  sessionName: string,
): Promise<RoleCredentials> {
  const command = new AssumeRoleCommand({
    ...{ RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: 3600 },
  });
  return call(sts, command, ({ Credentials }) => ({
    accessKeyId: required(Credentials?.AccessKeyId, 'AccessKeyId'),
    secretAccessKey: required(Credentials?.SecretAccessKey, 'SecretAccessKey'),
    sessionToken: required(Credentials?.SessionToken, 'SessionToken'),
    expiration: required(Credentials?.Expiration, 'Expiration'),
  }));
}
