import { afterAll, beforeAll, expect, it } from 'vitest'
import { type PostgresReplicationPair, startServerPair } from '#lib/platform/testing/server-pair.ts'
import { type FailoverLab, formatLongestTimeWithoutPoll, startFailoverLab } from './testing/failover-lab.ts'

let servers: PostgresReplicationPair
let lab: FailoverLab

beforeAll(async () => {
  servers = await startServerPair()
  await servers.waitForStandby()
  const url = servers.address('target_session_attrs=read-write')
  lab = await startFailoverLab(url, [{ url }, { url }])
}, 300_000)

afterAll(async () => {
  await lab?.close()
  await servers?.stop()
})

it('polls go on within 30 s after the primary was killed, twice, and no recorded one is lost', async () => {
  for (const port of [servers.standby.port, servers.primary.port]) {
    const pause = await lab.pollThrough(() => servers.failOver())
    expect(servers.primary.port).toBe(port)
    process.stdout.write(`the primary was killed: ${formatLongestTimeWithoutPoll(pause)}\n`)
  }
  expect(await lab.audit()).toEqual([])
})
