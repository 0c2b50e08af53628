import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { setPasswordSource } from '#lib/platform/connection/index.ts'
import { parseAzureEndpoint } from '../endpoint.ts'

/**
 * Scope of a token for Azure Database for PostgreSQL, by the host of the configured ARM endpoint.
 * @source https://learn.microsoft.com/azure/postgresql/security/security-entra-configure; Azure CLI,
 *   `ossrdbmsResourceId` of each cloud
 */
const SCOPES: Record<string, string> = createSafeLookupTable({
  'management.usgovcloudapi.net': 'https://ossrdbms-aad.database.usgovcloudapi.net/.default',
  'management.chinacloudapi.cn': 'https://ossrdbms-aad.database.chinacloudapi.cn/.default',
})
const PUBLIC_SCOPE = 'https://ossrdbms-aad.database.windows.net/.default'

/** Maximum time in milliseconds that a connection waits for its token. */
const TOKEN_WITHIN_MS = 8_000

/**
 * Makes database connections sign in with tokens of Peerwatch's default identity, if `DATABASE_AUTH` is `entra`;
 * otherwise does nothing. Each new connection uses the cached token, which is renewed shortly before it expires.
 * Connections that are already open are not affected.
 */
export function signInToDatabase(settings: {
  databaseAuth: 'password' | 'entra'
  azure: { resourceManagerUrl: string }
}): void {
  if (settings.databaseAuth !== 'entra') return
  setPasswordSource(createDatabaseTokenSource(settings.azure.resourceManagerUrl))
}

/**
 * Returns a function that provides database tokens of the default identity. The function throws a TokenError if it gets
 * no token.
 * @param resourceManagerUrl ARM endpoint of the cloud that contains the database
 */
export function createDatabaseTokenSource(resourceManagerUrl: string): () => Promise<string> {
  const scope = SCOPES[new URL(resourceManagerUrl).hostname] ?? PUBLIC_SCOPE
  let making: ReturnType<typeof tokens> | undefined
  return async () => {
    making ??= tokens(resourceManagerUrl)
    const { token } = await (await making).getToken(scope)
    return token
  }
}

/**
 * Loads the identity library and creates the source of tokens. It is loaded only when it is needed, because it takes 50
 * ms and 30 MB.
 */
async function tokens(resourceManagerUrl: string) {
  const { createEnvironmentCredential, TokenSource } = await import('./tokens.ts')
  return new TokenSource(
    () => createEnvironmentCredential(parseAzureEndpoint(resourceManagerUrl).authorityHost),
    TOKEN_WITHIN_MS,
  )
}
