import { wordTable } from '#lib/bgp/word-table.ts'
import { signInWith } from '#lib/platform/connection/index.ts'
import { readAzureEndpoint } from '../endpoint.ts'

/**
 * Token scopes for Azure Database for PostgreSQL, by the Resource Manager host of the configured cloud.
 * @source https://learn.microsoft.com/azure/postgresql/security/security-entra-configure; Azure CLI,
 *   `ossrdbmsResourceId` of each cloud
 */
const SCOPES: Record<string, string> = wordTable({
  'management.usgovcloudapi.net': 'https://ossrdbms-aad.database.usgovcloudapi.net/.default',
  'management.chinacloudapi.cn': 'https://ossrdbms-aad.database.chinacloudapi.cn/.default',
})
const PUBLIC_SCOPE = 'https://ossrdbms-aad.database.windows.net/.default'

/** Maximum time in milliseconds that a connection waits for its token. */
const TOKEN_WITHIN_MS = 8_000

/**
 * Signs in to the database with the environment's own identity if `DATABASE_AUTH` is `entra`, otherwise does nothing.
 * Each new connection uses the cached token, which is replaced shortly before it expires. Open connections are not
 * affected.
 */
export function signInToDatabase(settings: {
  databaseAuth: 'password' | 'entra'
  azure: { resourceManagerUrl: string }
}): void {
  if (settings.databaseAuth !== 'entra') return
  signInWith(databaseTokens(settings.azure.resourceManagerUrl))
}

/**
 * Returns a function that returns a token of the environment's own identity for databases of the cloud with this
 * Resource Manager. That function throws a TokenError if there is no token.
 */
export function databaseTokens(resourceManagerUrl: string): () => Promise<string> {
  const scope = SCOPES[new URL(resourceManagerUrl).hostname] ?? PUBLIC_SCOPE
  let making: ReturnType<typeof tokens> | undefined
  return async () => {
    making ??= tokens(resourceManagerUrl)
    const { token } = await (await making).getToken(scope)
    return token
  }
}

/** Loads the identity library on first use, because it takes 50 ms and 30 MB. */
async function tokens(resourceManagerUrl: string) {
  const { environmentCredential, Tokens } = await import('./tokens.ts')
  return new Tokens(() => environmentCredential(readAzureEndpoint(resourceManagerUrl).authorityHost), TOKEN_WITHIN_MS)
}
