import { wordTable } from '#lib/bgp/word-table.ts'
import { signInWith } from '#lib/platform/connection/index.ts'
import { readAzureEndpoint } from '../endpoint.ts'

/**
 * What a token for Azure Database for PostgreSQL is asked for, by the cloud whose Resource Manager is configured.
 * @source https://learn.microsoft.com/azure/postgresql/security/security-entra-configure; Azure CLI, `ossrdbmsResourceId` of each cloud
 */
const SCOPES: Record<string, string> = wordTable({
  'management.usgovcloudapi.net': 'https://ossrdbms-aad.database.usgovcloudapi.net/.default',
  'management.chinacloudapi.cn': 'https://ossrdbms-aad.database.chinacloudapi.cn/.default',
})
const PUBLIC_SCOPE = 'https://ossrdbms-aad.database.windows.net/.default'

/** A connection waits for no longer. */
const TOKEN_WITHIN_MS = 8_000

/**
 * Where `DATABASE_AUTH` is `entra`, signs in to the database as the environment's own identity, with a token for each connection: one is
 * kept until shortly before it expires, and then another one is asked for. Connections that are open stay so. Otherwise does nothing.
 */
export function signInToDatabase(settings: {
  databaseAuth: 'password' | 'entra'
  azure: { resourceManagerUrl: string }
}): void {
  if (settings.databaseAuth !== 'entra') return
  signInWith(databaseTokens(settings.azure.resourceManagerUrl))
}

/** Tokens of the environment's own identity for databases of the cloud with this Resource Manager. @throws TokenError */
export function databaseTokens(resourceManagerUrl: string): () => Promise<string> {
  const scope = SCOPES[new URL(resourceManagerUrl).hostname] ?? PUBLIC_SCOPE
  let making: ReturnType<typeof tokens> | undefined
  return async () => {
    making ??= tokens(resourceManagerUrl)
    const { token } = await (await making).getToken(scope)
    return token
  }
}

/** Loaded when it is needed: the identity library takes 50 ms and 30 MB. */
async function tokens(resourceManagerUrl: string) {
  const { environmentCredential, Tokens } = await import('./tokens.ts')
  return new Tokens(() => environmentCredential(readAzureEndpoint(resourceManagerUrl).authorityHost), TOKEN_WITHIN_MS)
}
