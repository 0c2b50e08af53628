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
 * Paths of better-auth at which a code completes a sign-in after the correct password. A signed-in user also confirms a
 * new authenticator app with the first path.
 */
const SECOND_STEPS = ['/two-factor/verify-totp', '/two-factor/verify-backup-code']

/** Paths of better-auth at which a signed-in user must give the current password. */
const TAKING_PASSWORDS = [
  '/change-password',
  '/two-factor/enable',
  '/two-factor/disable',
  '/two-factor/generate-backup-codes',
  '/passkey/verify-registration',
  '/verify-password',
]

/**
 * Name of the sign-in method by the path that created the session. Other paths of better-auth do not create sessions.
 */
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

/** Paths that complete a sign-in or a step of it, with the step that fails there. */
const STEPS = wordTable<FailedStep>({
  '/sign-in/email': 'password',
  '/two-factor/verify-totp': 'code',
  '/two-factor/verify-backup-code': 'code',
  '/passkey/verify-authentication': 'passkey',
  '/callback/:id': 'provider',
})

export type Counting = (counters: readonly Counter[]) => Promise<void>

/**
 * Returns checks that better-auth runs before and after its own code for second factors. They limit the number of
 * attempts and check requests that better-auth accepts too easily: better-auth checks neither the length of a password
 * that remains without a second factor, nor whether an account belongs to a provider.
 * @param count counts an attempt, and throws if there were too many
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
    // better-auth then responds that no sign-in has begun
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
     * Returns the method by which this request signed a user in; null if the request did not complete a sign-in, for
     * example because the code is still missing.
     * @param user owner of the session that the request created
     */
    methodOf({ path, context }: GenericEndpointContext, user: object): string | null {
      if (path === '/sign-in/email' && asksCode(user)) return null
      if (SECOND_STEPS.includes(path) && !awaited.has(context)) return null
      return METHODS[path] ?? null
    },
    /**
     * Returns the step at which a request failed to sign a user in; null if the request was not a sign-in, or did not
     * fail.
     * @param returned response of better-auth
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
     * Returns the lists of counters that a successful sign-in has increased; two lists if the sign-in had two steps.
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

/**
 * Returns the user who gave the correct password in this browser and must still send a code; null if there is no such
 * user.
 */
async function userAwaited({ context, getSignedCookie }: GenericEndpointContext) {
  const { name } = context.createAuthCookie('two_factor')
  const identifier = await getSignedCookie(name, context.secret)
  const begun = identifier ? await context.internalAdapter.findVerificationValue(identifier) : null
  return begun ? context.internalAdapter.findUserById(begun.value) : null
}

/**
 * Returns the settings of passkeys. Passkeys are bound to the host name in the address. An IP address cannot have
 * passkeys, so for an IP address they are bound to `localhost`. Each use requires the fingerprint or PIN, so that a
 * passkey counts as two factors.
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
