import { isIP } from 'node:net'
import type { GenericEndpointContext } from '@better-auth/core'
import { APIError, getSessionFromCtx } from 'better-auth/api'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { CLIENT_ADDRESS_HEADER, SHARED_ADDRESS_HEADER } from '../caller/caller.ts'
import type { SignInAttemptCounter } from '../store/sign-in-attempts.ts'
import type { FailedSignInStep } from '../store/failed-sign-ins.ts'
import { buildStartedSignInCounters, buildReauthCounters, buildCodeReuseCounters } from './attempt-counters.ts'
import { MIN_PASSWORD_LENGTH, getMinPasswordLength, findPasswordFault } from './passwords.ts'
import { parseSignInOrigins } from './sign-in-origins.ts'

/**
 * Paths of better-auth for the second step of a sign-in, in which the user sends a code after the password. With the
 * first path, a signed-in user also confirms a new authenticator app.
 */
const SECOND_STEPS = ['/two-factor/verify-totp', '/two-factor/verify-backup-code']

/** Paths of better-auth for requests in which a signed-in user must give the current password. */
const TAKING_PASSWORDS = [
  '/change-password',
  '/two-factor/enable',
  '/two-factor/disable',
  '/two-factor/generate-backup-codes',
  '/passkey/verify-registration',
  '/verify-password',
]

/** Names of the ways to sign in, by the path of better-auth that creates the session. No other path creates one. */
const METHODS: Readonly<Record<string, string>> = createSafeLookupTable({
  '/sign-in/email': 'password',
  '/two-factor/verify-totp': 'password and code',
  '/two-factor/verify-backup-code': 'password and recovery code',
  '/passkey/verify-authentication': 'passkey',
  '/callback/:id': 'OpenID Connect',
})

/**
 * Returns the kind of sign-in that begins with a request to this path, for sign-ins without a password; null for other
 * paths.
 */
function kindBegun(path: string): 'passkey' | 'provider' | null {
  if (path === '/sign-in/social') return 'provider'
  return path === '/passkey/generate-authenticate-options' ? 'passkey' : null
}

const begunFrom = (kind: 'passkey' | 'provider', headers: Headers | undefined): SignInAttemptCounter[] =>
  buildStartedSignInCounters(
    kind,
    headers?.get(CLIENT_ADDRESS_HEADER) ?? '',
    headers?.has(SHARED_ADDRESS_HEADER) ?? false,
  )

/** Steps of a sign-in, by the path of better-auth to which the step is sent. */
const STEPS = createSafeLookupTable<FailedSignInStep>({
  '/sign-in/email': 'password',
  '/two-factor/verify-totp': 'code',
  '/two-factor/verify-backup-code': 'code',
  '/passkey/verify-authentication': 'passkey',
  '/callback/:id': 'provider',
})

export type CountSignInAttempts = (counters: readonly SignInAttemptCounter[]) => Promise<void>

/**
 * Returns functions that are called before and after better-auth handles a request. They limit the number of attempts,
 * and refuse requests that better-auth would wrongly accept. For example, better-auth would let a user with a short
 * password remove the second factor, and a user of an OpenID Connect provider add a passkey.
 * @param count counts an attempt, and throws if there were too many
 * @param countersOf returns the counters for a sign-in to an account
 */
export function createSecondFactorGuard(
  count: CountSignInAttempts,
  countersOf: (headers: Headers | undefined, email: string) => SignInAttemptCounter[],
) {
  /**
   * e-mail address of the user who gave the correct password in the first step, by the context of the request with the
   * code (the second step)
   */
  const awaited = new WeakMap<object, string>()

  const secondStep = async (context: GenericEndpointContext) => {
    const { path, body } = context
    if (body?.trustDevice || body?.disableSession) throw refused('Every sign-in is asked for a code.')
    const session = await getSessionFromCtx(context)
    const user = session ? session.user : await userAwaited(context)
    // without a user, better-auth itself responds that no sign-in has begun
    if (!user) return
    if (session) {
      if (path !== '/two-factor/verify-totp') throw refused('Recovery codes are for signing in.')
      await count(buildReauthCounters(user.id))
    } else {
      await count(countersOf(context.headers, user.email))
      awaited.set(context.context, user.email)
    }
    if (path !== '/two-factor/verify-totp') return
    await count(buildCodeReuseCounters(user.id, String(body?.code))).catch(() => {
      throw refused('This code was sent before: wait for the next one.')
    })
  }

  const withPassword = async (context: GenericEndpointContext) => {
    const { path, body } = context
    const session = await getSessionFromCtx(context)
    if (!session) return
    const { user } = session
    await count(buildReauthCounters(user.id))
    if (path === '/change-password') {
      const fault = findPasswordFault(String(body?.newPassword ?? ''), getMinPasswordLength(asksCode(user)))
      if (fault) throw refused(fault)
    }
    if (path === '/two-factor/disable' && String(body?.password ?? '').length < MIN_PASSWORD_LENGTH)
      throw refused(
        `A password of fewer than ${MIN_PASSWORD_LENGTH} characters is enough beside a code only: change it to a longer one first.`,
      )
    if (path === '/passkey/verify-registration') {
      if (body?.createSession) throw refused('You are signed in.')
      // fails for users of an OpenID Connect provider, because they have no password here; so they cannot add a passkey
      await context.context.password.checkPassword(user.id, context)
    }
  }

  return {
    /**
     * Checks a request before better-auth handles it.
     * @throws APIError if the request is refused
     */
    async before(context: GenericEndpointContext): Promise<void> {
      const { path, headers } = context
      if (SECOND_STEPS.includes(path)) await secondStep(context)
      if (TAKING_PASSWORDS.includes(path)) await withPassword(context)
      const kind = kindBegun(path)
      if (kind) await count(begunFrom(kind, headers))
    },
    /**
     * Returns the name of the way in which this request signed a user in; null if it did not complete a sign-in, for
     * example because the code is missing.
     * @param user the user of the session that the request created
     */
    methodOf({ path, context }: GenericEndpointContext, user: object): string | null {
      if (path === '/sign-in/email' && asksCode(user)) return null
      if (SECOND_STEPS.includes(path) && !awaited.has(context)) return null
      return METHODS[path] ?? null
    },
    /**
     * Returns the step of a sign-in that failed with this request; null if the request did not fail, or is not part of
     * a sign-in.
     * @param returned the response of better-auth
     */
    failureOf(
      { path, body, context }: GenericEndpointContext,
      returned: unknown,
    ): { step: FailedSignInStep; email: string | null } | null {
      const step = STEPS[path]
      if (step === undefined || !(returned instanceof Error)) return null
      if (step === 'password') return { step, email: String(body?.email ?? '') }
      if (step !== 'code') return { step, email: null }
      const email = awaited.get(context)
      return email === undefined ? null : { step, email }
    },
    /**
     * Returns the counters that were increased for a sign-in which has now succeeded. There are two lists if the
     * sign-in had two steps, because each step was counted.
     */
    countedBy({ path, headers }: GenericEndpointContext, email: string): SignInAttemptCounter[][] {
      if (path === '/passkey/verify-authentication') return [begunFrom('passkey', headers)]
      if (path.startsWith('/callback/')) return [begunFrom('provider', headers)]
      const counters = countersOf(headers, email)
      return SECOND_STEPS.includes(path) ? [counters, counters] : [counters]
    },
  }
}

/** Reports whether a sign-in with the password of this user also requires a code. */
const asksCode = (user: object): boolean => 'twoFactorEnabled' in user && user.twoFactorEnabled === true

const refused = (message: string) => new APIError('BAD_REQUEST', { message })

/**
 * Returns the user who gave the correct password in this browser and has not yet sent the code; null if there is none.
 */
async function userAwaited({ context, getSignedCookie }: GenericEndpointContext) {
  const { name } = context.createAuthCookie('two_factor')
  const identifier = await getSignedCookie(name, context.secret)
  const begun = identifier ? await context.internalAdapter.findVerificationValue(identifier) : null
  return begun ? context.internalAdapter.findUserById(begun.value) : null
}

/**
 * Returns the settings for passkeys. A passkey is valid only for one host name. If the address is an IP address, for
 * which passkeys are impossible, the host name is `localhost`. Each use of a passkey requires a fingerprint or PIN, so
 * a passkey counts as two factors.
 * @source https://www.w3.org/TR/webauthn-3/#relying-party-identifier
 */
export function buildPasskeySettings(origin: string) {
  const { hostname } = new URL(origin)
  return {
    rpID: isIP(hostname.replace(/^\[(.*)\]$/, '$1')) === 0 ? hostname : 'localhost',
    rpName: 'Peerwatch',
    origin: parseSignInOrigins(origin),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' } as const,
    registration: {
      afterVerification: async ({ verification }: { verification: { registrationInfo?: { userVerified: boolean } } }) =>
        assertVerified(verification.registrationInfo?.userVerified),
    },
    authentication: {
      afterVerification: async ({
        verification,
      }: {
        verification: { authenticationInfo: { userVerified: boolean } }
      }) => assertVerified(verification.authenticationInfo.userVerified),
    },
    advanced: { webAuthnChallengeCookie: 'passkey' },
    schema: { passkey: { modelName: 'accessPasskey' } },
  }
}

function assertVerified(isVerified: boolean | undefined): void {
  if (!isVerified) throw refused('This passkey asked for neither finger nor PIN, and would be a single factor.')
}
