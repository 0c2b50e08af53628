import '#lib/platform/small-heap.ts'
import {
  type ConnectionEnd,
  ListenError,
  type RouterConnection,
  type StationReceiver,
  startStation,
} from '#lib/bmp/index.ts'
import { componentLogger, type Logger } from '#lib/platform/log.ts'
import { SettingsError, settings } from '#lib/platform/settings.ts'

/** A router that is refused tries again every few seconds. */
const REFUSAL_LOGGED_EVERY_MS = 60_000

/** `npm run bmp`: takes what the customer's routers report by BMP. */
async function main(): Promise<void> {
  const { routers } = settings()
  const { bmp, allow } = routers
  if (!bmp)
    throw new SettingsError([
      'BMP_LISTEN: empty, so routers have nowhere to report to: set it, such as 10.20.254.5:11019',
    ])
  const log = componentLogger('bmp')
  const station = await startStation({ ...bmp, allow }, loggingReceiver(log))
  if (process.argv.includes('--announce')) {
    process.stdout.write(`${JSON.stringify({ event: 'listening', url: `tcp://${bmp.host}:${station.port}` })}\n`)
  }
  log.info({ host: bmp.host, port: station.port, allow: allow.length }, 'routers may report')

  const stop = async () => {
    await station.stop()
    log.info('stopped')
    process.exit(0)
  }
  let stopping: Promise<void> | null = null
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stopping ??= stop()
    })
  }
  await station.ended
}

function loggingReceiver(log: Logger): StationReceiver {
  const refusals = new Map<string, number>()
  return {
    async messages({ address }, batch) {
      for (const { message } of batch) {
        switch (message.type) {
          case 'initiation':
            log.info({ router: address, name: message.sysName, software: message.sysDescr }, 'a router reports')
            break
          case 'peerUp':
            log.info({ router: address, neighbor: message.peer.address, asn: message.peer.asn }, 'session up')
            break
          case 'peerDown':
            log.info({ router: address, neighbor: message.peer.address, reason: message.reason }, 'session down')
        }
      }
    },
    async closed(connection, end) {
      logEnd(log, connection, end)
    },
    refused(address, why) {
      const now = Date.now()
      if (now - (refusals.get(address) ?? 0) < REFUSAL_LOGGED_EVERY_MS) return
      if (refusals.size > 1_000) refusals.clear()
      refusals.set(address, now)
      const advice =
        why === 'not_listed' ? 'refused: ROUTERS_ALLOW does not list it' : 'refused: it has too many connections'
      log.warn({ router: address }, advice)
    },
  }
}

function logEnd(log: Logger, { address, port }: RouterConnection, { reason, detail }: ConnectionEnd): void {
  const fields = { router: address, port, reason, ...(detail !== '' && { detail }) }
  if (reason === 'closed' || reason === 'stopped') log.info(fields, 'a router reports no more')
  else log.warn(fields, 'the connection of a router ended')
}

try {
  await main()
} catch (error) {
  const isOurs = error instanceof SettingsError || error instanceof ListenError
  const { message } = error as Error
  process.stderr.write(`${isOurs ? message : `the BMP station can't go on: ${message}`}\n`)
  process.exitCode = 1
}
