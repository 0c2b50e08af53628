import { rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll } from 'vitest'
import { removeHubForTests, replaceDatabaseForTests } from '#lib/questions/index.ts'
import {
  arpTable,
  azureSide,
  createCounterRows,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
  createGatewayPeer,
  route,
} from '#lib/questions/testing/estate-feed.ts'
import type { Database } from '#lib/platform/database.ts'
import { type ProcessSettings, overrideSettings } from '#lib/platform/settings.ts'
import { startApiServerOnLoopback } from './serve-routes.ts'

/** The settings that the API reads. */
const fuzzedSettings = (dataDir: string, databaseUrl: string) =>
  ({
    dataDir,
    secretsKey: null,
    mail: null,
    publicUrl: null,
    databaseUrl,
    outboundAllow: [],
    alerting: { proofEveryMs: null, proofUrl: null, heartbeatUrl: null, heartbeatEveryMs: 1 },
    azure: { subscriptions: [] },
  }) as unknown as ProcessSettings

/**
 * Starts the API on this database for the tests of a file.
 * @param dataDir folder that is removed at the end
 * @returns its origin, available from the first test on
 */
export function withFuzzedApi(db: Database, dataDir: string): { readonly origin: string } {
  let api: Awaited<ReturnType<typeof startFuzzedApi>> | undefined
  beforeAll(async () => {
    overrideSettings(() => fuzzedSettings(dataDir, db.url))
    replaceDatabaseForTests(db)
    api = await startFuzzedApi(db)
  })
  afterAll(async () => {
    await api?.stop()
    replaceDatabaseForTests(undefined)
    overrideSettings(undefined)
    rmSync(dataDir, { recursive: true })
  })
  return {
    get origin(): string {
      if (!api) throw new Error('the API has not started')
      return api.origin
    },
  }
}

/** Starts the API with a small estate that was polled twice. */
async function startFuzzedApi(db: Database): Promise<{ origin: string; stop: () => Promise<void> }> {
  const feed = createTestEstatePollRecorder(db)
  const now = Date.now()
  await feed.inventory(now - 65_000)
  for (const [round, at] of [now - 64_000, now - 4_000].entries()) {
    await feed.peers(at, [createGatewayPeer('10.0.4.12', '10.0.4.4'), createGatewayPeer('10.0.4.12', '10.0.4.5')])
    await feed.stats(at, [createCounterRows('primary', 1_000n, 1n), createCounterRows('secondary', 2n, 3n)])
    for (const path of ['primary', 'secondary'] as const) {
      await feed.summary(at, path, [createCustomerNeighbor(path), azureSide()])
      await feed.arp(at, path, arpTable(path))
    }
    await feed.learned(
      at,
      Array.from({ length: 5 - round }, (_, i) => route(`10.${i}.0.0/16`)),
    )
  }
  const { server, origin } = await startApiServerOnLoopback()
  return { origin, stop: () => stop(server) }
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await removeHubForTests()
}

/** Returns the used heap in bytes after a garbage collection. */
export function heapInUse(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}
