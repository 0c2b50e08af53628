import { formatUtcMinute } from '#lib/contract/time/dates.ts'
import { isBehindProxy, readUntrustedProxyTime } from '#lib/access/index.ts'
import { type SetupResult, createSetupResult } from '#lib/contract/index.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { isLoopback, type EnvironmentSettings } from '#lib/platform/environment.ts'

type Proxied = Pick<EnvironmentSettings, 'access' | 'host' | 'port' | 'publicUrl' | 'trustProxy'> &
  Partial<Pick<EnvironmentSettings, 'tls'>>

/**
 * Checks whether Peerwatch sees the address of each client, and not only the address of a proxy. Failed attempts to
 * sign in are counted separately for each client address.
 * @param seenAt time of the last request that arrived through a proxy which is not trusted (recognized by its
 *   forwarding header); null = there was no such request, or the time is unknown
 */
export function judgeProxySettings(
  { access, host, port, publicUrl, trustProxy, tls = null }: Proxied,
  seenAt: Date | null,
): SetupResult {
  if (access === 'open') return createSetupResult('proxy', 'skip', 'Access is open: nobody signs in.')
  if (trustProxy) {
    if (isLoopback(host))
      return createSetupResult('proxy', 'pass', 'X-Forwarded-For is believed of the proxy on this machine alone.')
    const detail = `X-Forwarded-For is believed of whoever reaches ${host}:${port}: past the proxy anybody chooses his address.`
    const remedy = 'Let nothing but the proxy reach that port: HOST=127.0.0.1 beside it, or a rule of the network.'
    return createSetupResult('proxy', 'warn', detail, { remedy })
  }
  const isConfigured = isBehindProxy({ publicUrl, port, tls })
  if (seenAt === null && !isConfigured)
    return createSetupResult('proxy', 'pass', 'None is configured, and no request came through one.')
  const why = seenAt
    ? `the last request that said so came at ${formatUtcMinute(seenAt.getTime())}`
    : 'PUBLIC_URL says so'
  const detail = `A proxy stands before Peerwatch (${why}), and is not trusted: everybody has its address, and shares ${isConfigured ? 300 : 30} failed attempts to sign in.`
  const remedy = 'Let the proxy write X-Forwarded-For, and set TRUST_PROXY=yes; without a proxy nothing is to be done.'
  return createSetupResult('proxy', 'warn', detail, { remedy })
}

/**
 * Runs the proxy check with the settings and with the stored time of the last request that arrived through an untrusted
 * proxy. If the database cannot be queried, the time counts as unknown, because another check reports the failure of
 * the database.
 */
export async function checkProxy(settings: EnvironmentSettings): Promise<SetupResult> {
  const { databaseUrl } = settings
  if (databaseUrl === null) return judgeProxySettings(settings, null)
  const db = createDatabase(databaseUrl, { max: 1, waitMs: 5_000, applicationName: 'peerwatch-doctor' })
  try {
    return judgeProxySettings(settings, await readUntrustedProxyTime(db.pool).catch(() => null))
  } finally {
    await db.close()
  }
}
