/** The sign-in service: tokens for applications of a tenant, as MSAL asks for them. */
import { faultFor, insteadOf, spoil } from '../faults.ts'
import { tokenFor } from '../wire/auth.ts'
import { JSON_TYPE, type SimAnswer } from '../wire/message.ts'
import type { World } from '../world.ts'

const LIFETIME_S = 3_600
const PATH = /^\/([\w.-]{1,253})\/(?:v2\.0\/(\.well-known\/openid-configuration)|oauth2\/v2\.0\/(token))$/

interface SignInRequest {
  readonly method: string
  readonly path: string
  readonly body: string
  readonly host: string
  readonly wall: number
}

const answerOf = (status: number, body: unknown): SimAnswer => ({
  status,
  headers: JSON_TYPE,
  body: JSON.stringify(body),
})

const refuse = (error: string, code: number, message: string): SimAnswer =>
  answerOf(error === 'invalid_client' ? 401 : 400, {
    error,
    error_description: `AADSTS${code}: ${message}`,
    error_codes: [code],
  })

/**
 * `/{tenant}/v2.0/.well-known/openid-configuration` and `/{tenant}/oauth2/v2.0/token`. Any secret will do but one that says `wrong`; the
 * application's id is its principal.
 * @returns null = none of its paths
 */
export function signInAnswer(world: World, at: number, request: SignInRequest): SimAnswer | null {
  const [, tenant = '', metadata, token] = PATH.exec(request.path) ?? []
  // as MSAL insists, whatever carries it
  const base = `https://${request.host}/${tenant}`
  if (metadata) {
    return answerOf(200, {
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
    })
  }
  if (!token || request.method !== 'POST') return null
  const form = new URLSearchParams(request.body)
  const principal = form.get('client_id') ?? ''
  const call = { operation: 'token.get', names: [tenant], subscription: '', path: '', principal }
  const fault = faultFor(world, at, call)
  const instead = fault && insteadOf(fault, call)
  if (instead) return instead
  if (form.get('grant_type') !== 'client_credentials') {
    return refuse('unsupported_grant_type', 70003, 'The app requested an unsupported grant type.')
  }
  if (!/^[\w-]{1,80}$/.test(principal)) {
    return refuse('unauthorized_client', 700016, `Application with identifier '${principal}' was not found.`)
  }
  const proof = form.get('client_secret') ?? form.get('client_assertion') ?? ''
  if (proof === '' || proof.includes('wrong')) {
    return refuse('invalid_client', 7000215, 'Invalid client secret provided.')
  }
  const good = answerOf(200, {
    token_type: 'Bearer',
    expires_in: LIFETIME_S,
    ext_expires_in: LIFETIME_S,
    access_token: tokenFor(Math.floor(request.wall / 1000) + LIFETIME_S, principal),
  })
  return fault ? spoil(fault, good) : good
}
