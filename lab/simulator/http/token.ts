/** The managed-identity endpoint (App Service style), as ManagedIdentityCredential calls it. */
import { findFaultOfApiCall, createReplacingAnswer, applyBodyFault } from '../faults.ts'
import { SYSTEM_IDENTITY_PRINCIPAL_ID, createSimulatedBearerToken } from '../wire/auth.ts'
import { JSON_TYPE, type SimulatedHttpResponse } from '../wire/message.ts'
import type { SimulatedWorld } from '../world.ts'

const LIFETIME_S = 86_400

interface TokenRequest {
  readonly target: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly wall: number
}

const refuse = (status: number, message: string): SimulatedHttpResponse => ({
  status,
  headers: JSON_TYPE,
  body: JSON.stringify({ statusCode: status, message }),
})

/**
 * Answers GET /msi/token?api-version=2019-08-01&resource=…. `client_id` selects a user-assigned identity, which is
 * another principal.
 */
export function tokenAnswer(
  world: SimulatedWorld,
  at: number,
  request: TokenRequest,
  identityHeader?: string,
): SimulatedHttpResponse {
  const asked = new URL(request.target, 'http://127.0.0.1').searchParams
  const identity = asked.get('client_id')
  const principal = identity ?? SYSTEM_IDENTITY_PRINCIPAL_ID
  const call = { operation: 'token.get', names: [], subscription: '', path: '', principal }
  const fault = findFaultOfApiCall(world, at, call)
  const instead = fault && createReplacingAnswer(fault, call)
  if (instead) return instead
  const given = request.headers['x-identity-header']
  if (!given) return refuse(400, 'The header X-IDENTITY-HEADER is missing.')
  if (identityHeader !== undefined && given !== identityHeader)
    return refuse(401, 'The header X-IDENTITY-HEADER is wrong.')
  const resource = asked.get('resource')
  if (!resource) return refuse(400, "The parameter 'resource' is missing.")
  if (identity !== null && !/^[\w-]{1,80}$/.test(identity)) return refuse(400, 'Identity not found')
  const expires = Math.floor(request.wall / 1000) + LIFETIME_S
  const body = JSON.stringify({
    access_token: createSimulatedBearerToken(expires, principal),
    expires_on: String(expires),
    resource,
    token_type: 'Bearer',
  })
  const good: SimulatedHttpResponse = { status: 200, headers: JSON_TYPE, body }
  return fault ? applyBodyFault(fault, good) : good
}
