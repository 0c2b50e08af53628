import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline'
import {
  type AccessToken,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity'
import { TokenError } from '../call/failure.ts'

/**
 * Creates an HTTP client that never uses a proxy. It is for the endpoint of the managed identity, which is on this
 * machine, so that a proxy cannot reach it.
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
 * Returns the credential that the environment variables describe. If IDENTITY_ENDPOINT is set and no service principal
 * or federated token is configured, it is the managed identity. Otherwise it is DefaultAzureCredential, which tries
 * several sources in turn.
 */
export function createEnvironmentCredential(
  authorityHost: string | undefined,
  environment = process.env,
): TokenCredential {
  const { AZURE_CLIENT_ID: clientId } = environment
  const principal = clientId && environment.AZURE_TENANT_ID && environment.AZURE_CLIENT_SECRET
  if (environment.IDENTITY_ENDPOINT && !principal && !environment.AZURE_FEDERATED_TOKEN_FILE) {
    return new ManagedIdentityCredential({ ...(clientId && { clientId }), httpClient: withoutProxy() })
  }
  const host = environment.AZURE_AUTHORITY_HOST ?? authorityHost
  return new DefaultAzureCredential(host ? { authorityHost: host } : {})
}

/**
 * Clears the cached tokens of the managed identity, so that the next request fetches a new token.
 * A token may become invalid before it expires, for example because the identity was created again. Without this, such
 * a token would be used until it expires, up to a day. The library MSAL keeps the tokens in a cache of the whole
 * process, and the identity library has no option to bypass it. The cache's method for clearing is not public.
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
 * Time in milliseconds before its expiry from which a token is no longer used. With this margin, a token remains valid
 * until a long-running operation that was begun with it has ended.
 */
const EXPIRY_MARGIN_MS = 5 * 60_000

/** Source of tokens with a time limit and a cache. It can be reset if Azure no longer accepts its tokens. */
export class TokenSource implements TokenCredential {
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
   * Returns a token from the cache, or fetches one. This cache is necessary, because MSAL's cache may not find the
   * token of a managed identity: MSAL stores it under the name that the endpoint's response contains, which may be
   * spelled differently from the requested name.
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
   * Fetches a token with a time limit. The limit is necessary, because the identity library ignores abort signals and
   * has been seen to hang for over 40 s.
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
 * Converts an error to a TokenError. Its outcome is `unavailable` if the sign-in service could not be reached or
 * reported 429 or a server error. In all other cases it is `unauthorized`.
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

/**
 * Returns the HTTP status of the sign-in service, which may be in an error or in one of its causes; null if there is
 * none.
 */
function statusOf(error: unknown): number | null {
  for (let at = error; at !== undefined && at !== null; at = member(at, 'cause')) {
    for (const name of ['statusCode', 'status']) {
      const status = member(at, name)
      if (typeof status === 'number' && status >= 100) return status
    }
  }
  return null
}
