import { createDoctorClients, type DoctorClients } from '../gateways/doctor-clients.ts';
import { namedRegion, requireCredentials } from './live-clients.ts';
import { requireRegion } from './live-remediation-clients.ts';

/**
 * Takes the environment variables. Gives back clients as createLiveRemediationClients does, with those that
 * only doctor needs. Throws CredentialsError, which says what to set.
 */
export async function createLiveDoctorClients(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<DoctorClients> {
  const clients = createDoctorClients(namedRegion(environment));
  await requireRegion(clients);
  await requireCredentials(clients);
  return clients;
}
