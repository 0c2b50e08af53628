import { isIP } from 'node:net'
import type { GenericEndpointContext } from '@better-auth/core'
import { APIError, getSessionFromCtx } from 'better-auth/api'
import { wordTable } from '#lib/bgp/word-table.ts'
import { ADDRESS_HEADER, SHARED_HEADER } from '../caller/caller.ts'
import type { Counter } from '../store/sign-in-attempts.ts'
import type { FailedStep } from '../store/failed-sign-ins.ts'
import { begunCounters, changeCounters, codeCounters } from './guessing.ts'
import { MIN_PASSWORD_LENGTH, minPasswordLength, passwordFault } from './passwords.ts'
import { signInOrigins } from './sign-in-origins.ts'

/** Where a code completes a sign-in whose password was right. The first also confirms an app, of who is signed in. */
const SECOND_STEPS = ['/two-factor/verify-totp', '/two-factor/verify-backup-code']

/** What takes the password of who is signed in. */
const TAKING_PASSWORDS = [
  '/change-password',
  '/two-factor/enable',
  '/two-factor/disable',
  '/two-factor/generate-backup-codes',
  '/passkey/verify-registration',
  '/verify-password',
]

/** How who signed in is known, by the path that made his session; other paths give nobody one. */
const METHODS: Readonly<Record<string, string>> = wordTable({
  '/sign-in/email': 'password',
  '/two-factor/verify-totp': 'password and code',
  '/two-factor/verify-backup-code': 'password and recovery code',
  '/passkey/verify-authentication': 'passkey',
  '/callback/:id': 'OpenID Connect',
})

/** Returns the kind of sign-in that a path begins without a password; null for other paths. */
function kindBegun(path: string): 'passkey' | 'provider' | null {
  if (path === '/sign-in/social') return 'provider'
  return path === '/passkey/generate-authenticate-options' ? 'passkey' : null
}

const begunFrom = (kind: 'passkey' | 'provider', headers: Headers | undefined): Counter[] =>
  begunCounters(kind, headers?.get(ADDRESS_HEADER) ?? '', headers?.has(SHARED_HEADER) ?? false)

/** Paths that complete a sign-in, with the step at which they fail. */
const STEPS = wordTable<FailedStep>({
  '/sign-in/email': 'password',
  '/two-factor/verify-totp': 'code',
  '/two-factor/verify-backup-code': 'code',
  '/passkey/verify-authentication': 'passkey',
  '/callback/:id': 'provider',
})

export type Counting = (counters: readonly Counter[]) => Promise<void>

/**
 * What is asked before better-auth's plugins for a second factor see a request: how often, and by whom. They ask neither whether a password is long
 * enough without them, nor whose account belongs to a provider.
 * @param count throws if there were too many attempts
 * @param countersOf those of a sign-in of this account
 */
export function secondFactorGuard(
  count: Counting,
  countersOf: (headers: Headers | undefined, email: string) => Counter[],
) {
  /** whose password was right, by the request that sends the code */
  const awaited = new WeakMap<object, string>()

  const secondStep = async (context: GenericEndpointContext) => {
    const { path, body } = context
    if (body?.trustDevice || body?.disableSession) throw refused('Every sign-in is asked for a code.')
    const session = await getSessionFromCtx(context)
    const user = session ? session.user : await userAwaited(context)
    // better-auth answers that nothing has begun
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
      // who signs in by a provider has no password here, and gets nothing beside it
      await context.context.password.checkPassword(user.id, context)
    }
  }

  return {
    /** @throws APIError */
    async before(context: GenericEndpointContext): Promise<void> {
      const { path, headers } = context
      if (SECOND_STEPS.includes(path)) await secondStep(context)
      if (TAKING_PASSWORDS.includes(path)) await withPassword(context)
      const kind = kindBegun(path)
      if (kind) await count(begunFrom(kind, headers))
    },
    /**
     * How somebody signed in by this request; null = nobody did, or his code is awaited.
     * @param user of the session that it made
     */
    methodOf({ path, context }: GenericEndpointContext, user: object): string | null {
      if (path === '/sign-in/email' && asksCode(user)) return null
      if (SECOND_STEPS.includes(path) && !awaited.has(context)) return null
      return METHODS[path] ?? null
    },
    /**
     * Returns the step at which a request without a new session failed to sign in; null if it was not a sign-in, or has not failed.
     * @param returned the answer of better-auth
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
    /** The counters in which a sign-in that succeeded has counted; twice where it had two steps. */
    countedBy({ path, headers }: GenericEndpointContext, email: string): Counter[][] {
      if (path === '/passkey/verify-authentication') return [begunFrom('passkey', headers)]
      if (path.startsWith('/callback/')) return [begunFrom('provider', headers)]
      const counters = countersOf(headers, email)
      return SECOND_STEPS.includes(path) ? [counters, counters] : [counters]
    },
  }
}

/** Whether a sign-in of this user by password asks for a code. */
const asksCode = (user: object): boolean => 'twoFactorEnabled' in user && user.twoFactorEnabled === true

const refused = (message: string) => new APIError('BAD_REQUEST', { message })

/** Whose code is awaited of this browser; null = nobody's. */
async function userAwaited({ context, getSignedCookie }: GenericEndpointContext) {
  const { name } = context.createAuthCookie('two_factor')
  const identifier = await getSignedCookie(name, context.secret)
  const begun = identifier ? await context.internalAdapter.findVerificationValue(identifier) : null
  return begun ? context.internalAdapter.findUserById(begun.value) : null
}

/**
 * Settings of the passkeys: they are of the name in the address, on this machine of `localhost`, since an IP address can have none, and each use
 * asks for the finger or PIN, so that it is two factors.
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
