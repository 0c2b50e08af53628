import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { createDatabase } from '#lib/platform/database.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { readOrCreateSecret } from '#lib/platform/secrets.ts'
import type { ProcessSettings } from '#lib/platform/settings.ts'
import { createBrotliHandler } from './brotli-file-handler.ts'
import { deriveCookieKey } from './caller/cookies.ts'
import { createFrontServer } from './front-server.ts'
import { type AdmissionGate, createOpenAccessGate, createSignInGate } from './front/admission-gate.ts'
import { createSnapshotGate } from './front/snapshot-gate.ts'
import { isBehindProxy } from './own-addresses.ts'
import { recordUntrustedProxy } from './store/untrusted-proxies.ts'

/**
 * Creates the front server, the HTTP server that receives all requests, from the settings. The caller must start it.
 * @param handle passes a request to the web framework
 * @param options `upgrade`: handles requests to switch to another protocol; null = they are handled like other
 *   requests. `files`: folder with the files for `/_next/static`; null = the web framework serves them.
 */
export function startFrontServer(
  configured: ProcessSettings,
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  options: {
    upgrade: ((request: IncomingMessage, socket: Duplex, head: Buffer) => void) | null
    files: string | null
  },
): Server {
  const { host, port, publicUrl, trustProxy, tls } = configured
  if (configured.access === 'required' && !trustProxy && isBehindProxy({ publicUrl, port, tls })) {
    createComponentLogger('web').warn(
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
 * Creates the gate for the configured access mode. It has its own connection pool for the database, so that other
 * queries cannot block the identification of callers.
 */
function gateOf({ access, databaseUrl, publicUrl, secretsKey, dataDir }: ProcessSettings): {
  gate: AdmissionGate
  onUntrusted: () => void
} {
  const db = createDatabase(databaseUrl, {
    max: 3,
    waitMs: 5_000,
    statementLimitMs: 5_000,
    applicationName: 'peerwatch-web-access',
  })
  if (access === 'open')
    return { gate: createSnapshotGate(db.pool, createOpenAccessGate, access), onUntrusted: () => {} }
  const gate = createSignInGate({
    db: db.pool,
    cookieKey: deriveCookieKey(secretsKey ?? readOrCreateSecret(dataDir, 'secrets-key')),
    isHttps: publicUrl?.startsWith('https:') ?? false,
  })
  return {
    gate: createSnapshotGate(db.pool, gate, access),
    onUntrusted: () => {
      // every error is ignored: the log already contains the warning, and a database problem is reported elsewhere
      recordUntrustedProxy(db.pool).catch(() => {})
    },
  }
}
