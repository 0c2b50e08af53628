import '#lib/platform/small-heap.ts'
import path from 'node:path'
import { signInToDatabase } from '#lib/azure/identity/database-tokens.ts'
import { ListenError, startStation, startSyslogStation } from '#lib/routers/bmp/index.ts'
import { CLOCK_TOLERANCE_MS } from '#lib/contract/index.ts'
import { createDatabase, MAX_SILENT_TRANSACTION_MS } from '#lib/platform/database.ts'
import { readDatabaseClockRegularly, readDatabaseTime } from '#lib/platform/database-clock.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { MigrationError, requireMigrated } from '#lib/platform/migrations/index.ts'
import { publishMetrics } from '#lib/platform/telemetry/process-metrics.ts'
import { SettingsError, getSettings } from '#lib/platform/settings.ts'
import { startTelemetry } from '#lib/platform/telemetry/index.ts'
import { RouterLogReceiver } from '#lib/routers/record/log-receiver.ts'
import { BmpRecordingReceiver } from '#lib/routers/record/recording-receiver.ts'

/**
 * Maximum number of database connections. A few are enough, because transactions are short, and the data of one router
 * are stored one batch at a time.
 */
const CONNECTIONS = 8
const STATEMENT_LIMIT_MS = 30_000

/** `npm run bmp`: stores the data that customers' routers send: BMP messages, BGP announcements and logs. */
async function main(): Promise<void> {
  const checked = getSettings()
  const { routers, databaseUrl } = checked
  signInToDatabase(checked)
  const { bmp, syslog, bgp, neighbors, allow } = routers
  if (!bmp && !syslog && !bgp)
    throw new SettingsError([
      'BMP_LISTEN, SYSLOG_LISTEN, BGP_LISTEN: all empty, so routers have nowhere to report to: set one, such as 10.20.254.5:11019',
    ])
  await requireMigrated(databaseUrl, path.resolve(import.meta.dirname, '../prisma/migrations'))
  const telemetry = await startTelemetry('bmp', checked)
  const log = createComponentLogger('bmp')
  const db = createDatabase(databaseUrl, {
    max: CONNECTIONS,
    statementLimitMs: STATEMENT_LIMIT_MS,
    idleInTransactionMs: MAX_SILENT_TRANSACTION_MS,
    applicationName: 'peerwatch-bmp',
  })
  // The time of the database must be known before routers connect, because their data are stored with it, and routers
  // send them only once.
  await readDatabaseTime(db.pool)
  const endClock = await readDatabaseClockRegularly(db.pool, CLOCK_TOLERANCE_MS)
  const logs = new RouterLogReceiver(db, createComponentLogger('syslog'))
  const receiver = new BmpRecordingReceiver(db, log, {
    introduced: (address, name) => logs.reportsByBmp(address, name),
    neighbors,
  })
  const endPublishing = publishMetrics(db, 'bmp')
  const stations: { station: { ended: Promise<void>; stop: () => Promise<void> }; url: string }[] = []
  if (bmp) {
    const station = await startStation({ ...bmp, allow }, receiver)
    stations.push({ station, url: `tcp://${bmp.host}:${station.port}` })
    log.info({ host: bmp.host, port: station.port, allow: allow.length }, 'routers may report')
  }
  if (bgp) {
    const station = await startStation({ ...bgp, allow, collector: bgp }, receiver)
    stations.push({ station, url: `bgp://${bgp.host}:${station.port}` })
    log.info({ ...bgp, port: station.port, allow: allow.length }, 'routers may announce')
  }
  if (syslog) {
    const station = await startSyslogStation({ ...syslog, allow }, logs)
    stations.push({ station, url: `syslog://${syslog.host}:${station.port}` })
    log.info({ host: syslog.host, port: station.port, allow: allow.length }, 'routers may send their logs')
  }
  if (process.argv.includes('--announce')) {
    process.stdout.write(`${JSON.stringify({ event: 'listening', url: stations[0]?.url })}\n`)
  }

  const stop = async () => {
    const ended = Promise.all(stations.map(({ station }) => station.stop()))
    // The supervising process kills this process after 2 s. Work that is not finished after 1 s is therefore aborted.
    const hurry = setTimeout(() => {
      receiver.stop()
      logs.giveUp()
    }, 1_000)
    await ended
    clearTimeout(hurry)
    receiver.stop()
    await logs.stop()
    endClock()
    await Promise.all([endPublishing(), telemetry.stop()])
    await db.close()
    log.info('stopped')
    process.exit(0)
  }
  let stopping: Promise<void> | null = null
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stopping ??= stop()
    })
  }
  await Promise.all(stations.map(({ station }) => station.ended))
}

try {
  await main()
} catch (error) {
  const isOurs = [SettingsError, ListenError, MigrationError].some((type) => error instanceof type)
  const { message } = error as Error
  process.stderr.write(`${isOurs ? message : `the station for routers can't go on: ${message}`}\n`)
  // open connections would keep this process alive, so that it would not be restarted
  process.exit(1)
}
