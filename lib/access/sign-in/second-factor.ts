import { isIP } from 'node:net'
import type { GenericEndpointContext } from '@better-auth/core'
import { APIError, getSessionFromCtx } from 'better-auth/api'
import { wordTable } from '#lib/bgp/word-table.ts'
import { ADDRESS_HEADER, SHARED_ADDRESS_HEADER } from '../caller/caller.ts'
import type { Counter } from '../store/sign-in-attempts.ts'
import type { FailedStep } from '../store/failed-sign-ins.ts'
import { startedSignInCounters, changeCounters, codeCounters } from './guessing.ts'
import { MIN_PASSWORD_LENGTH, minPasswordLength, passwordFault } from './passwords.ts'
import { signInOrigins } from './sign-in-origins.ts'

/**
 * Paths at which a code completes a sign-in after the correct password. A signed-in user also confirms a new
 * authenticator app with the first path.
 */
const SECOND_STEPS = ['/two-factor/verify-totp', '/two-factor/verify-backup-code']

/** Paths that require the password of the signed-in user. */
const TAKING_PASSWORDS = [
  '/change-password',
  '/two-factor/enable',
  '/two-factor/disable',
  '/two-factor/generate-backup-codes',
  '/passkey/verify-registration',
  '/verify-password',
]

/** Description of a sign-in method by the path that created the session. Other paths do not create sessions. */
const METHODS: Readonly<Record<string, string>> = wordTable({
  '/sign-in/email': 'password',
  '/two-factor/verify-totp': 'password and code',
  '/two-factor/verify-backup-code': 'password and recovery code',
  '/passkey/verify-authentication': 'passkey',
  '/callback/:id': 'OpenID Connect',
})

/** Returns the kind of sign-in that starts at this path without a password; null for other paths. */
function kindBegun(path: string): 'passkey' | 'provider' | null {
  if (path === '/sign-in/social') return 'provider'
  return path === '/passkey/generate-authenticate-options' ? 'passkey' : null
}

const begunFrom = (kind: 'passkey' | 'provider', headers: Headers | undefined): Counter[] =>
  startedSignInCounters(kind, headers?.get(ADDRESS_HEADER) ?? '', headers?.has(SHARED_ADDRESS_HEADER) ?? false)

/** Paths that complete a sign-in, with the step at which they can fail. */
const STEPS = wordTable<FailedStep>({
  '/sign-in/email': 'password',
  '/two-factor/verify-totp': 'code',
  '/two-factor/verify-backup-code': 'code',
  '/passkey/verify-authentication': 'passkey',
  '/callback/:id': 'provider',
})

export type Counting = (counters: readonly Counter[]) => Promise<void>

/**
 * Returns checks that run before the second-factor plugins of better-auth: they limit the number of attempts and check
 * the session. The plugins do not check the length of a password that remains without a second factor, or whether an
 * account belongs to a provider.
 * @param count throws if there were too many attempts
 * @param countersOf returns the counters of a sign-in to an account
 */
export function secondFactorGuard(
  count: Counting,
  countersOf: (headers: Headers | undefined, email: string) => Counter[],
) {
  /** e-mail address of the user whose password was correct, by the request that sends the code */
  const awaited = new WeakMap<object, string>()

  const secondStep = async (context: GenericEndpointContext) => {
    const { path, body } = context
    if (body?.trustDevice || body?.disableSession) throw refused('Every sign-in is asked for a code.')
    const session = await getSessionFromCtx(context)
    const user = session ? session.user : await userAwaited(context)
    // better-auth then answers that no sign-in has begun
    if (!user) return
    if (session) {
      if (path !== '/two-factor/verify-totp') throw refused('Recovery codes are for signing in.')
      await count(changeCounters(user.id))
    } else {
      await count(countersOf(context.headers, user.email))
      awaited.set(context.context, user.email)
    }
    if (path !== '/two-factor/verify-totp') return
    await count(codeCounters(user.id, String(body?.code))).catch(() => {
      throw refused('This code was sent before: wait for the next one.')
    })
  }

  const withPassword = async (context: GenericEndpointContext) => {
    const { path, body } = context
    const session = await getSessionFromCtx(context)
    if (!session) return
    const { user } = session
    await count(changeCounters(user.id))
    if (path === '/change-password') {
      const fault = passwordFault(String(body?.newPassword ?? ''), minPasswordLength(asksCode(user)))
      if (fault) throw refused(fault)
    }
    if (path === '/two-factor/disable' && String(body?.password ?? '').length < MIN_PASSWORD_LENGTH)
      throw refused(
        `A password of fewer than ${MIN_PASSWORD_LENGTH} characters is enough beside a code only: change it to a longer one first.`,
      )
    if (path === '/passkey/verify-registration') {
      if (body?.createSession) throw refused('You are signed in.')
      // users of an OpenID Connect provider have no password here, so this check prevents them from adding a passkey
      await context.context.password.checkPassword(user.id, context)
    }
  }

  return {
    /** Checks a request before better-auth handles it. @throws APIError if the request is refused */
    async before(context: GenericEndpointContext): Promise<void> {
      const { path, headers } = context
      if (SECOND_STEPS.includes(path)) await secondStep(context)
      if (TAKING_PASSWORDS.includes(path)) await withPassword(context)
      const kind = kindBegun(path)
      if (kind) await count(begunFrom(kind, headers))
    },
    /**
     * Returns the method by which this request signed a user in; null if it did not, or if the code is still missing.
     * @param user owner of the session that the request created
     */
    methodOf({ path, context }: GenericEndpointContext, user: object): string | null {
      if (path === '/sign-in/email' && asksCode(user)) return null
      if (SECOND_STEPS.includes(path) && !awaited.has(context)) return null
      return METHODS[path] ?? null
    },
    /**
     * Returns the step at which a request without a new session failed to sign in; null if it was not a sign-in, or has
     * not failed.
     * @param returned the response of better-auth
     */
    failureOf(
      { path, body, context }: GenericEndpointContext,
      returned: unknown,
    ): { step: FailedStep; email: string | null } | null {
      const step = STEPS[path]
      if (step === undefined || !(returned instanceof Error)) return null
      if (step === 'password') return { step, email: String(body?.email ?? '') }
      if (step !== 'code') return { step, email: null }
      const email = awaited.get(context)
      return email === undefined ? null : { step, email }
    },
    /**
     * Returns the counters that a successful sign-in has increased; the list contains them twice if the sign-in had two
     * steps.
     */
    countedBy({ path, headers }: GenericEndpointContext, email: string): Counter[][] {
      if (path === '/passkey/verify-authentication') return [begunFrom('passkey', headers)]
      if (path.startsWith('/callback/')) return [begunFrom('provider', headers)]
      const counters = countersOf(headers, email)
      return SECOND_STEPS.includes(path) ? [counters, counters] : [counters]
    },
  }
}

/** Reports whether a sign-in with this user's password also requires a code. */
const asksCode = (user: object): boolean => 'twoFactorEnabled' in user && user.twoFactorEnabled === true

const refused = (message: string) => new APIError('BAD_REQUEST', { message })

/** Returns the user whose code this browser still has to send; null if there is none. */
async function userAwaited({ context, getSignedCookie }: GenericEndpointContext) {
  const { name } = context.createAuthCookie('two_factor')
  const identifier = await getSignedCookie(name, context.secret)
  const begun = identifier ? await context.internalAdapter.findVerificationValue(identifier) : null
  return begun ? context.internalAdapter.findUserById(begun.value) : null
}

/**
 * Returns the settings of passkeys. They are bound to the host name in the address, or to `localhost` if that is an IP
 * address, because an IP address cannot have passkeys. Each use requires the fingerprint or PIN, so that a passkey
 * counts as two factors.
 * @source https://www.w3.org/TR/webauthn-3/#relying-party-identifier
 */
export function passkeySettings(origin: string) {
  const { hostname } = new URL(origin)
  return {
    rpID: isIP(hostname.replace(/^\[(.*)\]$/, '$1')) === 0 ? hostname : 'localhost',
    rpName: 'Peerwatch',
    origin: signInOrigins(origin),
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
