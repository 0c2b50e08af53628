/**
 * Bearer tokens that contain their own proof. Issued tokens are not stored, so that every process of the simulator
 * accepts them.
 */
import { hash32 } from '../hash.ts'
import { ArmError } from './message.ts'

/** Principal of a token that names no other principal: the system-assigned identity. */
export const SYSTEM_IDENTITY_PRINCIPAL_ID = '00000000-c0de-4000-8000-0000000000aa'

const stamp = (expires: number, principal: string): string =>
  hash32(`peerwatch-simulator/${expires}${principal === SYSTEM_IDENTITY_PRINCIPAL_ID ? '' : `/${principal}`}`)
    .toString(16)
    .padStart(8, '0')

/**
 * Returns a token.
 * @param expires epoch seconds, by the machine's clock
 * @param principal object ID of the caller; by default the system-assigned identity
 */
export const createSimulatedBearerToken = (expires: number, principal: string = SYSTEM_IDENTITY_PRINCIPAL_ID): string =>
  `sim.${expires}.${stamp(expires, principal)}${principal === SYSTEM_IDENTITY_PRINCIPAL_ID ? '' : `.${principal}`}`

/** Time in epoch seconds, in the year 2255, at which a token of {@link createSimulatedCredential} expires. */
const EXPIRES_S = 9_000_000_000

/**
 * Creates a credential for a client in the process of a test or a benchmark. Its tokens are valid in every simulator, so
 * that the client needs no token endpoint.
 */
export const createSimulatedCredential = () => ({
  getToken: async () => ({ token: createSimulatedBearerToken(EXPIRES_S), expiresOnTimestamp: EXPIRES_S * 1_000 }),
})

/**
 * Validates the header of a request.
 * @returns the principal to which the token was issued
 * @throws ArmError 401 with ARM's messages if the token is missing, invalid or expired
 */
export function requireBearerToken(authorization: string | undefined, wall: number): string {
  const challenge = {
    'www-authenticate':
      'Bearer authorization_uri="https://login.windows.net/common", error="invalid_token", error_description="The authentication failed because of missing \'Authorization\' header."',
  }
  if (!authorization)
    throw new ArmError(
      401,
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
      challenge,
    )
  const [, expires, mark, principal = SYSTEM_IDENTITY_PRINCIPAL_ID] =
    /^Bearer sim\.(\d{1,12})\.([0-9a-f]{8})(?:\.([\w-]{1,80}))?$/i.exec(authorization) ?? []
  if (!expires || mark !== stamp(Number(expires), principal))
    throw new ArmError(401, 'InvalidAuthenticationToken', 'The access token is invalid.')
  if (Number(expires) * 1000 <= wall)
    throw new ArmError(
      401,
      'ExpiredAuthenticationToken',
      'The access token expiry UTC time is earlier than current UTC time.',
    )
  return principal
}
