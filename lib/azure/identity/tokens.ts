import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline'
import {
  type AccessToken,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity'
import { TokenError } from '../call/failure.ts'

/** An identity endpoint is on the machine itself: a proxy that the environment names for the world can't reach it. */
function withoutProxy(): HttpClient {
  const wire = createDefaultHttpClient()
  return {
    sendRequest(request) {
      delete request.agent
      return wire.sendRequest(request)
    },
  }
}

/**
 * The credential that the environment describes. DefaultAzureCredential tries several places in turn; where
 * IDENTITY_ENDPOINT names the managed identity and no service principal is configured, it is asked directly.
 */
export function environmentCredential(authorityHost: string | undefined, environment = process.env): TokenCredential {
  const { AZURE_CLIENT_ID: clientId } = environment
  const principal = clientId && environment.AZURE_TENANT_ID && environment.AZURE_CLIENT_SECRET
  if (environment.IDENTITY_ENDPOINT && !principal && !environment.AZURE_FEDERATED_TOKEN_FILE) {
    return new ManagedIdentityCredential({ ...(clientId && { clientId }), httpClient: withoutProxy() })
  }
  const host = environment.AZURE_AUTHORITY_HOST ?? authorityHost
  return new DefaultAzureCredential(host ? { authorityHost: host } : {})
}

/**
 * Makes managed identity ask for a new token.
 *
 * MSAL keeps such tokens in one cache for the whole process, and the identity library offers no option to avoid it: a token
 * revoked before its time (the issuer restarted, the identity was recreated) would be presented until it expires, up to
 * a day later. The cache has a method to empty it, but it is not public.
 */
function forgetManagedIdentityTokens(): void {
  const application = member(new ManagedIdentityCredential(), 'managedIdentityApp')
  const cache = member(member(application, 'constructor'), 'nodeStorage')
  const clear = member(cache, 'clear')
  if (typeof clear === 'function') Reflect.apply(clear, cache, [])
}

function member(owner: unknown, name: string): unknown {
  const holder = (typeof owner === 'object' && owner !== null) || typeof owner === 'function'
  return holder ? Reflect.get(owner, name) : undefined
}

/** A token is not used in its last minutes: a long-running operation that begins with it shall end with it. */
const EXPIRY_MARGIN_MS = 5 * 60_000

/** A credential with a patience of its own, which can be renewed when Azure no longer takes its tokens. */
export class Tokens implements TokenCredential {
  readonly #create: () => TokenCredential
  readonly #timeoutMs: number
  #credential: TokenCredential
  readonly #held = new Map<string, AccessToken>()
  readonly #asked = new Map<string, Promise<AccessToken>>()

  constructor(create: () => TokenCredential, timeoutMs: number) {
    this.#create = create
    this.#timeoutMs = timeoutMs
    this.#credential = create()
  }

  renew(): void {
    forgetManagedIdentityTokens()
    this.#credential = this.#create()
    this.#held.clear()
    this.#asked.clear()
  }

  /**
   * A token is kept here until it is to be refreshed: MSAL files a managed identity's under the resource that the endpoint
   * says, finds none where that is not spelled as it was asked for, and would then ask again for every single call.
   * @throws TokenError
   */
  async getToken(scopes: string | string[]): Promise<AccessToken> {
    const key = [scopes].flat().join(' ')
    const held = this.#held.get(key)
    const lastUse = held ? held.expiresOnTimestamp - EXPIRY_MARGIN_MS : 0
    if (held && Date.now() < Math.min(held.refreshAfterTimestamp ?? lastUse, lastUse)) return held
    const asked = this.#asked.get(key) ?? this.#send(scopes)
    this.#asked.set(key, asked)
    try {
      const token = await asked
      if (this.#asked.get(key) === asked) this.#held.set(key, token)
      return token
    } catch (error) {
      if (held && Date.now() < lastUse) return held
      throw error
    } finally {
      if (this.#asked.get(key) === asked) this.#asked.delete(key)
    }
  }

  /** The identity library ignores abort signals and has been seen to hang for over 40 s, hence the race. */
  async #send(scopes: string | string[]): Promise<AccessToken> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => reject(new TokenError('timeout', 'TOKEN_TIMEOUT', `no token within ${this.#timeoutMs} ms`)),
      this.#timeoutMs,
    )
    try {
      const token = await Promise.race([this.#credential.getToken(scopes), late])
      if (!token) throw new TokenError('unauthorized', 'NO_TOKEN', 'the credential gave no token')
      return token
    } catch (error) {
      throw error instanceof TokenError ? error : tokenError(error)
    } finally {
      clearTimeout(timer)
    }
  }
}

const UNREACHABLE =
  /network_error|unreachable|E(CONNREFUSED|CONNRESET|NOTFOUND|TIMEDOUT|AI_AGAIN|NETUNREACH|HOSTUNREACH)/

/** A sign-in service that is down is not a refusal: only what was answered and refused counts as unauthorized. */
function tokenError(error: unknown): TokenError {
  const message = error instanceof Error ? error.message : String(error)
  const firstLine = message.split('\n', 1)[0] ?? ''
  const status = statusOf(error)
  const down = status === null ? UNREACHABLE.test(message) : status === 429 || status >= 500
  return new TokenError(
    down ? 'unavailable' : 'unauthorized',
    down ? 'TOKEN_SERVICE_UNAVAILABLE' : 'NO_TOKEN',
    `no token for Azure: ${firstLine}`,
    error,
  )
}

/** The HTTP status with which the sign-in service answered, wherever in the chain of causes a library put it. */
function statusOf(error: unknown): number | null {
  for (let at = error; at !== undefined && at !== null; at = member(at, 'cause')) {
    for (const name of ['statusCode', 'status']) {
      const status = member(at, name)
      if (typeof status === 'number' && status >= 100) return status
    }
  }
  return null
}
