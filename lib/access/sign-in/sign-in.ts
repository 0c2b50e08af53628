import { randomBytes } from 'node:crypto'
import { listAccessScopeTexts, parseAccessScope, type Role, AccessScopeTextError } from '#lib/contract/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { type PrismaTables, runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { getCookiePrefix } from '../caller/cookies.ts'
import { CLIENT_ADDRESS_HEADER, SHARED_ADDRESS_HEADER } from '../caller/caller.ts'
import { SIGN_IN_SESSION_SECONDS } from '../store/credentials.ts'
import { type SignInAttemptCounter, countSignInAttempt, uncountSignInAttempt } from '../store/sign-in-attempts.ts'
import { countSignInFailure, recordSignInFailure } from '../store/failed-sign-ins.ts'
import {
  KNOWN_BROWSER_SECONDS,
  getKnownBrowserCookieName,
  makeKnownBrowserValue,
  buildSignInCounters,
} from './attempt-counters.ts'
import { MAX_PASSWORD_LENGTH, getMinPasswordLength } from './passwords.ts'
import { type OidcProviderDescription, fetchOidcProvider, readOidcProfile } from './oidc-provider.ts'
import { parseSignInOrigins } from './sign-in-origins.ts'

type Operation = (given: unknown) => Promise<unknown>

/** All roles. If the claim of an ID token contains several roles, the user gets the first of them in this order. */
const BY_RIGHTS: readonly Role[] = ['admin', 'operator', 'cost', 'viewer']

const NONE = { role: null, scopes: [] }

interface OidcSettings {
  issuer: string
  clientId: string
  clientSecret: string
  roleClaim: string
  /** number of milliseconds after a user's last sign-in until the tokens of the user are suspended */
  signInEveryMs: number
}

interface SignInOptions {
  db: Database
  /** scheme, host and port at which browsers reach the web */
  origin: string
  cookieKey: string
  oidc: OidcSettings | null
  /** called after a user signed in */
  onSignIn?: (user: { id: string; name: string }, by: string, address: string | null) => Promise<void>
  /**
   * called after a user gave the correct password and then a wrong code, at most once in 15 minutes for each user; must
   * not throw
   */
  onWrongCode?: (user: { name: string; email: string }, address: string | null) => void
}

/**
 * The endpoints of better-auth that requests can reach. All others are blocked, for example sign-up, and changing one's
 * own e-mail address.
 */
const REACHED = [
  'POST /sign-in/email',
  'POST /sign-in/social',
  'GET /callback/oidc',
  'POST /sign-out',
  'POST /change-password',
  'POST /verify-password',
  'POST /two-factor/enable',
  'POST /two-factor/disable',
  'POST /two-factor/verify-totp',
  'POST /two-factor/verify-backup-code',
  'POST /two-factor/generate-backup-codes',
  'GET /passkey/generate-register-options',
  'POST /passkey/verify-registration',
  'GET /passkey/generate-authenticate-options',
  'POST /passkey/verify-authentication',
  'POST /passkey/delete-passkey',
]
const BASE_PATH = '/api/auth'
const OIDC = 'oidc'

/** Reports whether a request is for an endpoint that the result of {@link createSignInService} handles. */
export const isSignInRequest = (method: string, path: string): boolean =>
  path.startsWith(`${BASE_PATH}/`) && REACHED.includes(`${method} ${path.slice(BASE_PATH.length)}`)

/**
 * Sets up sign-in with local accounts and OpenID Connect, using the library better-auth. The libraries need 60 MB of
 * memory, so they are loaded only at the first sign-in.
 */
export async function createSignInService({ db, origin, cookieKey, oidc, onSignIn, onWrongCode }: SignInOptions) {
  const [
    { betterAuth },
    { prismaAdapter },
    { genericOAuth },
    { twoFactor },
    { passkey },
    { APIError, createAuthMiddleware },
    { buildPasskeySettings, createSecondFactorGuard },
  ] = await Promise.all([
    import('better-auth'),
    import('better-auth/adapters/prisma'),
    import('better-auth/plugins/generic-oauth'),
    import('better-auth/plugins/two-factor'),
    import('@better-auth/passkey'),
    import('better-auth/api'),
    import('./second-factor.ts'),
  ])
  const described = oidc ? await fetchOidcProvider(oidc.issuer) : null
  const fault = typeof described === 'string' ? described : null
  if (fault) createComponentLogger('access').warn(`sign-in by OpenID Connect is not possible: ${fault}`)
  const provider =
    oidc && described && typeof described !== 'string' ? [genericOAuth({ config: [providerOf(oidc, described)] })] : []
  const isHttps = origin.startsWith('https:')
  const countersOf = (headers: Headers | undefined, email: string) =>
    buildSignInCounters({
      email,
      address: headers?.get(CLIENT_ADDRESS_HEADER) ?? '',
      isShared: headers?.has(SHARED_ADDRESS_HEADER) ?? false,
      cookie: headers?.get('cookie') ?? undefined,
      cookieKey,
      isHttps,
    })
  const count = async (counters: readonly SignInAttemptCounter[]) => {
    if (await countSignInAttempt(db.pool, counters)) return
    countSignInFailure('too_many')
    throw new APIError('TOO_MANY_REQUESTS', { message: 'Too many failed attempts. Try again in 15 minutes.' })
  }
  const guard = createSecondFactorGuard(count, countersOf)
  const auth = betterAuth({
    appName: 'Peerwatch',
    baseURL: origin,
    basePath: BASE_PATH,
    secret: cookieKey,
    trustedOrigins: parseSignInOrigins(origin),
    database: prismaAdapter(lazyTables(db) as never, { provider: 'postgresql' }),
    telemetry: { enabled: false },
    logger: { log: (level, message) => createComponentLogger('access')[level](message) },
    user: {
      modelName: 'accessUser',
      additionalFields: {
        // these fields are set from the claims of the provider; no reachable endpoint lets a request set them
        role: { type: 'string', required: false },
        scopes: { type: 'string[]', required: false },
        tokensUntil: { type: 'date', required: false },
      },
    },
    session: { modelName: 'accessSession', expiresIn: SIGN_IN_SESSION_SECONDS, disableSessionRefresh: true },
    account: {
      modelName: 'accessAccount',
      // An account of the provider is never linked to an existing user by its e-mail address. Some providers let users
      // choose their e-mail address, and a user could then take over another user's account.
      accountLinking: { enabled: false },
      storeStateStrategy: 'database',
    },
    verification: { modelName: 'accessVerification' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: getMinPasswordLength(true),
      maxPasswordLength: MAX_PASSWORD_LENGTH,
    },
    databaseHooks: { account: { create: { before: withoutTokens }, update: { before: withoutTokens } } },
    // better-auth's own limit is not used, because attempts are counted in the database, where they are also counted by
    // account
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: getCookiePrefix(isHttps),
      // set to the default explicitly, because with NODE_ENV=test the default is true
      disableOriginCheck: false,
      // must be off, because better-auth would otherwise change the prefix of cookie names to __Secure-
      useSecureCookies: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', secure: isHttps },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
    onAPIError: { errorURL: `${origin}/sign-in` },
    hooks: {
      before: createAuthMiddleware(async (context) => {
        // refuse a sign-in with only an ID token: anyone who has the token could use it repeatedly, without the
        // protection by code, state and nonce
        if (context.path === '/sign-in/social' && context.body?.idToken !== undefined)
          throw new APIError('BAD_REQUEST', { message: 'An ID token signs nobody in: begin at /sign-in.' })
        if (context.path === '/sign-in/email')
          await count(countersOf(context.headers, String(context.body?.email ?? '')))
        await guard.before(context)
      }),
      after: createAuthMiddleware(async (context) => {
        const { newSession, returned } = context.context
        const address = context.headers?.get(CLIENT_ADDRESS_HEADER) ?? null
        if (!newSession) {
          const failure = guard.failureOf(context, returned)
          if (!failure) return
          countSignInFailure(failure.step)
          const user = await recordSignInFailure(db.pool, { ...failure, address })
          if (user && failure.step === 'code') onWrongCode?.(user, address)
          return
        }
        const { user } = newSession
        const by = guard.methodOf(context, user)
        if (by === null) return
        for (const counters of guard.countedBy(context, user.email)) await uncountSignInAttempt(db.pool, counters)
        if (!context.path.startsWith('/callback/')) {
          const value = makeKnownBrowserValue(user.email, randomBytes(12).toString('base64url'))
          const attributes = {
            path: '/',
            httpOnly: true,
            sameSite: 'lax',
            secure: isHttps,
            maxAge: KNOWN_BROWSER_SECONDS,
          } as const
          await context.setSignedCookie(getKnownBrowserCookieName(isHttps), value, cookieKey, attributes)
        }
        await onSignIn?.(user, by, address)
      }),
    },
    plugins: [
      ...provider,
      twoFactor({ issuer: 'Peerwatch', twoFactorTable: 'accessTwoFactor' }),
      passkey(buildPasskeySettings(origin)),
    ],
  })
  return { auth, hasProvider: provider.length > 0, fault }
}

/**
 * Removes the provider's tokens from an account before it is stored. They give access to the provider, and Peerwatch
 * needs none of them after the sign-in.
 */
const withoutTokens = async <Account extends object>(account: Account) => ({
  data: {
    ...account,
    accessToken: null,
    refreshToken: null,
    idToken: null,
    accessTokenExpiresAt: null,
    refreshTokenExpiresAt: null,
  },
})

export type SignInService = Awaited<ReturnType<typeof createSignInService>>

function providerOf(
  { issuer, clientId, clientSecret, roleClaim, signInEveryMs }: OidcSettings,
  described: OidcProviderDescription,
) {
  return {
    providerId: OIDC,
    discoveryUrl: `${issuer}/.well-known/openid-configuration`,
    clientId,
    clientSecret,
    pkce: true,
    scopes: ['openid', 'profile', 'email'],
    requireIdTokenVerification: true,
    getUserInfo: async (tokens: { idToken?: string; accessToken?: string }) => {
      const profile = await readOidcProfile(described, tokens)
      return profile && { ...profile, id: String(profile.sub), emailVerified: profile.email_verified === true }
    },
    // set the role and the scopes from the claim again at every sign-in
    overrideUserInfo: true,
    mapProfileToUser: (profile: Record<string, unknown>) => ({
      email: String(profile.email ?? profile.preferred_username ?? '').toLowerCase(),
      name: String(profile.name ?? profile.preferred_username ?? profile.email ?? ''),
      ...grantOf(profile[roleClaim]),
      tokensUntil: new Date(getDatabaseNow() + signInEveryMs),
    }),
  }
}

/**
 * Returns the role and the scopes in a claim of the ID token. The claim is one text or a list of texts. Texts that are
 * neither the name of a role nor a scope, such as groups for other programs, are ignored. If a scope is invalid, the
 * user gets no role, so that a mistake never gives more access.
 * @returns role: null = no role; scopes: empty = everything
 */
function grantOf(claim: unknown): { role: Role | null; scopes: string[] } {
  const texts = (Array.isArray(claim) ? claim : [claim]).filter((text) => typeof text === 'string')
  const role = BY_RIGHTS.find((name) => texts.includes(name))
  if (role === undefined) return NONE
  try {
    return {
      role,
      scopes: listAccessScopeTexts(parseAccessScope(texts.filter((text) => /^(subscription|customer):/i.test(text)))),
    }
  } catch (error) {
    if (error instanceof AccessScopeTextError) return NONE
    throw error
  }
}

/**
 * Returns the tables of Prisma in the form that better-auth expects. Each operation gets its own connection from the
 * pool, so better-auth must work without transactions.
 */
function lazyTables(db: { readonly pool: SqlExecutor }): Record<string, Record<string, Operation>> {
  return new Proxy(
    {},
    { get: (_, model: string) => (/^access[A-Z]/.test(model) ? operationsOf(db, model) : undefined) },
  )
}

function operationsOf(db: { readonly pool: SqlExecutor }, model: string): Record<string, Operation> {
  return new Proxy(
    {},
    {
      get: (_, name: string) => (given: unknown) =>
        runWithPrisma(db, (tables) => {
          const operations = tables[model as keyof PrismaTables] as unknown as Record<string, Operation>
          const operation = operations[name]
          if (!operation) throw new Error(`Prisma has no ${model}.${name}`)
          return operation(given)
        }),
    },
  )
}
