import { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { takeFrontServer } from '#lib/access/offered-front-server.ts'
import { signInToDatabase } from '#lib/azure/identity/database-tokens.ts'
import { buildListeningUrl } from '#lib/platform/environment.ts'
import { startIdleCollection } from '#lib/platform/idle-collection.ts'
import { MigrationError, requireMigrated } from '#lib/platform/migrations/index.ts'
import { SettingsError, getSettings } from '#lib/platform/settings.ts'
import { startTelemetry, type TelemetryExports } from '#lib/platform/telemetry/index.ts'

/**
 * Maximum time in milliseconds for running requests to end after a signal. It is shorter than the 1.5 s for which `npm
 * start` waits.
 */
const GRACE_MS = 1_000

/**
 * Maximum time in milliseconds until the address can be used. `npm start` serves a page at this address until this
 * process is ready.
 */
const FREE_WITHIN_MS = 2_000

/**
 * `npm run web` serves the build, and `npm run dev` builds each page when it is requested. Both listen on HOST and
 * PORT.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { dev: { type: 'boolean', default: false }, announce: { type: 'boolean', default: false } },
  })
  const { host, port, tls, databaseUrl } = getSettings()
  signInToDatabase(getSettings())
  await refuseOtherSchema(databaseUrl)
  // telemetry is started here, because Next's bundle does not include it
  const telemetry = await startTelemetry('web', getSettings())
  Object.assign(process.env, {
    NODE_ENV: values.dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    // instrumentation.ts does not start without this variable, which shows that the front (the HTTP server in front of
    // Next) runs in this process
    PEERWATCH_FRONT: String(process.pid),
  })
  // imported after NODE_ENV is set, because React reads NODE_ENV when it is loaded
  const { default: next } = await import('next')
  // Next receives upgrade requests (for `npm run dev`) only through this emitter and not from the server, so that no
  // upgrade bypasses the front
  const upgrades = new EventEmitter()
  const dir = path.resolve(import.meta.dirname, '..')
  const app = next({ dev: values.dev, dir, hostname: host, port, httpServer: upgrades as Server })
  await app.prepare()
  // this call makes Next run instrumentation.ts
  const handle = app.getRequestHandler()
  const startFrontServer = await takeFrontServer()
  const server = startFrontServer(getSettings(), handle, {
    upgrade: values.dev ? (...upgrade) => upgrades.emit('upgrade', ...upgrade) : null,
    files: values.dev ? null : path.join(dir, process.env.NEXT_DIST_DIR || '.next', 'static'),
  })
  const announce = (event: object) => values.announce && process.stdout.write(`${JSON.stringify(event)}\n`)
  announce({ event: 'prepared' })
  listen(server, { host, port, freeWithinMs: values.announce ? FREE_WITHIN_MS : 0 }, () =>
    announce({ event: 'listening', url: buildListeningUrl({ host, port, tls }) }),
  )
  startIdleCollection()
  stopWithProcess(server, telemetry)
}

/**
 * Listens on an address. If another process still uses the address, listening is tried again.
 * @param freeWithinMs maximum time in milliseconds for which the other process may still use the address
 */
function listen(server: Server, at: { host: string; port: number; freeWithinMs: number }, listening: () => void): void {
  const { host, port, freeWithinMs } = at
  const until = performance.now() + freeWithinMs
  server.once('listening', listening)
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' || performance.now() > until) return fail(error)
    setTimeout(() => server.listen(port, host), 20)
  })
  server.listen(port, host)
}

/**
 * Ends the process if the database has a schema of another version, because queries would return wrong results. If the
 * database does not answer, the process continues, because every query waits for the database.
 */
async function refuseOtherSchema(databaseUrl: string): Promise<void> {
  try {
    await requireMigrated(databaseUrl, path.resolve(import.meta.dirname, '../prisma/migrations'))
  } catch (error) {
    if (error instanceof MigrationError) throw error
    process.stderr.write(`the database does not answer yet: ${messageOf(error)}\n`)
  }
}

function stopWithProcess(server: Server, telemetry: TelemetryExports): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      const sent = telemetry.stop()
      server.close(() => void sent.then(() => process.exit(0)))
      setTimeout(() => server.closeAllConnections(), GRACE_MS).unref()
    })
  }
}

function fail(error: unknown): void {
  process.stderr.write(
    `${error instanceof SettingsError || error instanceof MigrationError ? error.message : `the web can't start: ${messageOf(error)}`}\n`,
  )
  process.exit(1)
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

main().catch(fail)
