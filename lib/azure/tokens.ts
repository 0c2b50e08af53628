import {
  type AccessToken,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type TokenCredential,
} from '@azure/identity'
import { TokenError } from './failure.ts'

/**
 * The credential that the environment describes. DefaultAzureCredential tries several places in turn; where
 * IDENTITY_ENDPOINT names the managed identity and no service principal is configured, it is asked directly.
 */
export function environmentCredential(authorityHost: string | undefined, environment = process.env): TokenCredential {
  const { AZURE_CLIENT_ID: clientId } = environment
  const principal = clientId && environment.AZURE_TENANT_ID && environment.AZURE_CLIENT_SECRET
  if (environment.IDENTITY_ENDPOINT && !principal && !environment.AZURE_FEDERATED_TOKEN_FILE) {
    return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential()
  }
  const host = environment.AZURE_AUTHORITY_HOST ?? authorityHost
  return new DefaultAzureCredential(host ? { authorityHost: host } : {})
}

/**
 * Makes the next managed-identity credential ask for a new token.
 *
 * MSAL keeps such tokens in one cache for the whole process, and the identity library offers no way to refresh: a token
 * revoked before its time (the issuer restarted, the identity was recreated) would be presented until it expires, up to
 * a day later. The cache is rebuilt by the next constructor when it is gone.
 */
function forgetManagedIdentityTokens(): void {
  const application: unknown = Reflect.get(new ManagedIdentityCredential(), 'managedIdentityApp')
  if (typeof application !== 'object' || application === null) return
  Reflect.deleteProperty(application.constructor, 'nodeStorage')
}

/** A credential with a patience of its own, which can be renewed when Azure no longer takes its tokens. */
export class Tokens implements TokenCredential {
  readonly #create: () => TokenCredential
  readonly #timeoutMs: number
  #credential: TokenCredential

  constructor(create: () => TokenCredential, timeoutMs: number) {
    this.#create = create
    this.#timeoutMs = timeoutMs
    this.#credential = create()
  }

  renew(): void {
    forgetManagedIdentityTokens()
    this.#credential = this.#create()
  }

  /**
   * The identity library ignores abort signals and has been seen to hang for over 40 s, hence the race.
   * @throws TokenError
   */
  async getToken(scopes: string | string[]): Promise<AccessToken> {
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

/** A sign-in service that is down is not a refusal: only what was answered and refused counts as unauthorized. */
function tokenError(error: unknown): TokenError {
  const message = error instanceof Error ? error.message : String(error)
  const firstLine = message.split('\n', 1)[0] ?? ''
  const down = /network_error|ECONNREFUSED|ECONNRESET|ENOTFOUND|Network unreachable|\b(429|50[0234])\b/i.test(message)
  return new TokenError(
    down ? 'unavailable' : 'unauthorized',
    down ? 'TOKEN_SERVICE_UNAVAILABLE' : 'NO_TOKEN',
    `no token for Azure: ${firstLine}`,
    error,
  )
}
