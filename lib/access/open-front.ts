import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { createDatabase } from '#lib/platform/database.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { readOrCreateSecret } from '#lib/platform/secrets.ts'
import type { Settings } from '#lib/platform/settings.ts'
import { createBrotliHandler } from './brotli-files.ts'
import { cookieKeyOf } from './caller/cookies.ts'
import { createFrontServer } from './front-server.ts'
import { type Gate, openGate, createSignInGate } from './front/gate.ts'
import { createSnapshotGate } from './front/snapshot-gate.ts'
import { isBehindProxy } from './own-addresses.ts'
import { recordUntrustedProxy } from './store/untrusted-proxies.ts'

/**
 * Creates the front server (HTTP server in front of the web framework) from the settings. The server does not listen
 * yet.
 * @param handle passes a request to the web framework
 * @param options upgrade: handles connections that switch to another protocol; null = they are ordinary requests.
 *   files: folder with the files under `/_next/static`; null = the web framework serves them
 */
export function openFront(
  configured: Settings,
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  options: {
    upgrade: ((request: IncomingMessage, socket: Duplex, head: Buffer) => void) | null
    files: string | null
  },
): Server {
  const { host, port, publicUrl, trustProxy, tls } = configured
  if (configured.access === 'required' && !trustProxy && isBehindProxy({ publicUrl, port, tls })) {
    componentLogger('web').warn(
      'PUBLIC_URL says that a proxy stands before this, and TRUST_PROXY is not set: everybody shares 300 failed attempts to sign in, and the audit has the address of the proxy. Let the proxy write X-Forwarded-For, and set TRUST_PROXY=yes',
    )
  }
  const { gate, onUntrusted } = gateOf(configured)
  return createFrontServer({ host, port, publicUrl, trustProxy, tls }, handle, gate, {
    onUntrusted,
    upgrade: options.upgrade,
    files: options.files === null ? null : createBrotliHandler(options.files, '/_next/static'),
  })
}

/**
 * Creates the gate, which identifies callers, for the configured access mode. It uses a separate connection pool, so
 * that other queries cannot exhaust its connections.
 */
function gateOf({ access, databaseUrl, publicUrl, secretsKey, dataDir }: Settings): {
  gate: Gate
  onUntrusted: () => void
} {
  const db = createDatabase(databaseUrl, {
    max: 3,
    waitMs: 5_000,
    statementLimitMs: 5_000,
    applicationName: 'peerwatch-web-access',
  })
  if (access === 'open') return { gate: createSnapshotGate(db.pool, openGate, access), onUntrusted: () => {} }
  const gate = createSignInGate({
    db: db.pool,
    cookieKey: cookieKeyOf(secretsKey ?? readOrCreateSecret(dataDir, 'secrets-key')),
    isHttps: publicUrl?.startsWith('https:') ?? false,
  })
  return {
    gate: createSnapshotGate(db.pool, gate, access),
    onUntrusted: () => {
      // errors are ignored: the log contains the warning anyway, and a database that is down or read-only causes more
      // important errors elsewhere
      recordUntrustedProxy(db.pool).catch(() => {})
    },
  }
}
