import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline'
import {
  type AccessToken,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity'
import { TokenError } from '../call/failure.ts'

/**
 * Creates a client that ignores a proxy from the environment, because an identity endpoint is on the machine itself and
 * a proxy cannot reach it.
 */
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
 * Returns the credential that the environment describes. DefaultAzureCredential tries several sources in turn. If
 * IDENTITY_ENDPOINT is set and no service principal is configured, the managed identity is used directly.
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
 * Makes the managed identity fetch a new token.
 * MSAL keeps these tokens in one cache for the whole process, and the identity library has no option to bypass it. A
 * token that was revoked early (the issuer restarted, the identity was recreated) would be sent until it expires, up to
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

/**
 * Time before its expiry during which a token is not used, in milliseconds, so that a long-running operation can end
 * with the token with which it began.
 */
const EXPIRY_MARGIN_MS = 5 * 60_000

/** A credential with its own timeout, which can be renewed if Azure no longer accepts its tokens. */
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
   * Returns a token, which is cached here until it must be refreshed. MSAL caches a managed identity's token under the
   * resource in the endpoint's response; if that is spelled differently from the requested resource, MSAL finds no
   * token and would fetch one for every call.
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

  /**
   * Fetches a token with a timeout. The identity library ignores abort signals and was observed to hang for over 40 s.
   */
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

/**
 * Converts an error to a TokenError. It is `unauthorized` only if the sign-in service answered and refused; an
 * unreachable service is `unavailable`.
 */
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

/** Returns the HTTP status of the sign-in service from anywhere in the chain of causes; null if there is none. */
function statusOf(error: unknown): number | null {
  for (let at = error; at !== undefined && at !== null; at = member(at, 'cause')) {
    for (const name of ['statusCode', 'status']) {
      const status = member(at, name)
      if (typeof status === 'number' && status >= 100) return status
    }
  }
  return null
}
