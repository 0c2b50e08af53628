import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  findCallerByCookie,
  deriveCookieKey,
  createSignInService,
  recordAuditEntry,
  type SignInService,
} from '#lib/access/index.ts'
import type { RequestCaller } from '#lib/contract/index.ts'
import { getDatabaseForUse } from '#lib/questions/index.ts'
import { getPublicAddress } from '#lib/platform/environment.ts'
import { readOrCreateSecret } from '#lib/platform/secrets.ts'
import { getSettings } from '#lib/platform/settings.ts'

/** Time in milliseconds for which an OpenID Connect provider is not contacted again after it did not respond. */
const PROVIDER_AGAIN_MS = 30_000

/**
 * Key on `globalThis` under which the sign-in is stored. A module variable is not sufficient, because bundlers may load
 * this module more than once.
 */
const KEY = Symbol.for('peerwatch.web.sign-in')
type Holder = { [KEY]?: { made: Promise<SignInService>; at: number } | undefined }

/**
 * Returns the sign-in of this process, that is, the configured better-auth instance. It is created on first use. If the
 * OpenID Connect provider did not respond, it is created again after `PROVIDER_AGAIN_MS`.
 */
export async function getSignInService(now: number = getDatabaseNow()): Promise<SignInService> {
  const holder = globalThis as Holder
  const made = holder[KEY]
  if (made) {
    const known = await made.made
    if (known.fault === null || now - made.at < PROVIDER_AGAIN_MS) return known
  }
  const configured = getSettings()
  const { oidc } = configured
  const db = getDatabaseForUse('commands')
  const making = createSignInService({
    db,
    origin: new URL(getPublicAddress(configured)).origin,
    cookieKey: cookieKey(),
    oidc,
    onSignIn: ({ id, name }, by, address) =>
      recordAuditEntry(
        db.pool,
        { kind: 'person', id, name },
        { action: 'signIn', subject: '', before: null, after: { by }, address },
      ),
    // the mail module is loaded only when a mail must be sent, because it takes memory
    onWrongCode: (user, address) =>
      void import('./wrong-code-mail.ts').then(({ sendWrongCodeMail }) =>
        sendWrongCodeMail(configured, user, { address, at: getDatabaseNow() }),
      ),
  })
  holder[KEY] = { made: making, at: now }
  making.catch(() => {
    holder[KEY] = undefined
  })
  return making
}

function cookieKey(): string {
  const { secretsKey, dataDir } = getSettings()
  return deriveCookieKey(secretsKey ?? readOrCreateSecret(dataDir, 'secrets-key'))
}

/**
 * Returns the user whose session cookie the request has; null without a valid session. It is for paths on which the
 * front (the HTTP server in front of Next) does not check the caller.
 */
export function findSignedInUser(request: Request): Promise<RequestCaller | null> {
  const isHttps = getSettings().publicUrl?.startsWith('https:') ?? false
  const cookie = request.headers.get('cookie') ?? undefined
  return findCallerByCookie(getDatabaseForUse('commands').pool, cookie, { cookieKey: cookieKey(), isHttps })
}
