/**
 * How every SDK client here is made. Adaptive retries slow down to the rate that IAM allows; a request
 * that hangs is given up (milliseconds), so that a run can still report what it has judged. Endpoint
 * and credentials are found as every SDK client finds them, AWS_ENDPOINT_URL included.
 */
export const clientOptions = {
  retryMode: 'adaptive',
  maxAttempts: 8,
  requestHandler: {
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    throwOnRequestTimeout: true,
  },
} as const;
