import { beforeAll, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getOrCreateSourceId, upsertEvents } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCounterRows,
  createCustomerNeighbor,
  testFieldsOfJustLostSession,
  createTestEstatePollRecorder,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'
import { storedOutage } from '#lib/questions/testing/stored-outage.ts'
import { getAvailabilityReport } from './availability-report.ts'
import { getUptime } from './uptime.ts'

const db = withTestDatabase()
const begin = Date.UTC(2026, 10, 10, 12)
const LENGTH = 40
const now = begin + LENGTH * MS_PER_MINUTE
/**
 * The provider deprovisions the circuit, which inventories show in minutes 10 and 20. Its sessions are down from minute
 * 9.5 to minute 18.5.
 */
function stateAt(minute: number) {
  const isDown = minute >= 10 && minute < 19
  const changed = isDown ? 9.5 : minute < 10 ? -60 : 18.5
  return {
    ...(isDown ? testFieldsOfJustLostSession : {}),
    upDown: { ms: (minute - changed) * MS_PER_MINUTE, unitMs: 1_000 },
  }
}

beforeAll(async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(begin, createInventoryRows())
  for (let minute = 0; minute <= LENGTH; minute++) {
    for (const path of ['primary', 'secondary'] as const)
      await feed.summary(begin + minute * MS_PER_MINUTE, path, [createCustomerNeighbor(path, stateAt(minute))])
    await feed.stats(begin + minute * MS_PER_MINUTE, [createCounterRows('primary', BigInt(minute), 0n)])
  }
  const source = await getOrCreateSourceId(db.pool, { resourceId: TEST_ESTATE_CIRCUIT_ARM_ID, subresource: '' })
  const between = (from: number, to: number) => ({
    earliest: begin + from * MS_PER_MINUTE,
    latest: begin + to * MS_PER_MINUTE,
  })
  const act = storedOutage('off', 'provider_state_changed', between(0, 10), between(10, 20))
  const causes = [{ class: 'line', owner: 'provider' as const, confidence: 0.95, evidence: [], nextStep: 'Call.' }]
  await upsertEvents(db.pool, source, [{ ...act, subject: 'ckt-lon', causes }])
})

it('counts time without a session as down although detection has no circuit_down, because the circuit is off', async () => {
  const [row] = (await getAvailabilityReport(db, { month: '2026-11', by: 'circuit' }, now)).data.rows
  const { atLeast = 0, atMost = 0 } = row?.downSeconds ?? {}
  expect([atLeast > 470, atLeast <= 540, atMost >= 540, atMost < 610]).toEqual([true, true, true, true])
  expect(row).toMatchObject({ byOwner: { provider: atLeast }, outages: 1 })
  expect(row?.forwarding?.downSeconds).toEqual(row?.downSeconds)
  const [uptime] = (await getUptime(db, { days: 30 }, now)).data
  expect(uptime?.days.at(-1)?.downSeconds).toEqual(row?.downSeconds)
})
