import { beforeAll, describe, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getSessionAvailability as innerGetSessionAvailability } from './session-availability.ts'
import { getSessionUptime } from './session-uptime.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  testFieldsOfIdleSession,
  createGatewayPeer,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'

const getSessionAvailability = wrapFunctionWithJsonEncoding(
  allApiEndpoints.sessionAvailability,
  innerGetSessionAvailability,
)

const db = withTestDatabase()
const START = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => START + n * 60_000
const text = (at: number) => new Date(at).toISOString()
const [A, B, MSEE] = ['10.0.4.12', '10.0.4.13', '10.0.4.4']
/** Age of a session that has been up since one hour before the first poll. */
const old = (at: number) => ({ connectedDurationMs: at - START + 3_600_000 })

beforeAll(async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(minute(0), createInventoryRows())
  const poll = (n: number, first: Parameters<typeof createGatewayPeer>[2], silent: readonly string[] = []) => {
    const rows = [createGatewayPeer(A, MSEE, first), createGatewayPeer(B, MSEE, old(minute(n)))]
    return feed.peers(
      minute(n),
      rows.filter(({ localAddress }) => !silent.includes(localAddress)),
      [...silent],
    )
  }
  for (let n = 0; n <= 3; n++) await poll(n, old(minute(n)))
  // A went down between 03 and 04 and came up 20 s before 06; B does not report at 08 and 09; no polls run from 10 to
  // 20
  for (const n of [4, 5]) await poll(n, testFieldsOfIdleSession)
  for (const n of [6, 7, 8, 9]) await poll(n, { connectedDurationMs: 20_000 + (n - 6) * 60_000 }, n >= 8 ? [B] : [])
  await poll(20, { connectedDurationMs: 20_000 + 14 * 60_000 })
  await feed.summary(minute(20), 'primary', [createCustomerNeighbor('primary')])
})

const ask = async (from: number, to: number) => {
  const answer = await getSessionAvailability(
    db,
    { scope: TEST_ESTATE_GATEWAY_ARM_ID, from: minute(from), to: minute(to) },
    minute(20) + 30_000,
  )
  return answer.data
}

describe('how much sessions were up', () => {
  it('is given as bounds, by the polls around a fall and the age after it', async () => {
    const [a, b] = await ask(1, 7)
    expect(a).toMatchObject({ localAddress: A, neighbor: MSEE, from: text(minute(1)), to: text(minute(7)) })
    // certainly up from 01 to 03 and from 05:40 to 07; it went down between 03 and the end of the poll at 04, which
    // took some time
    const { up, down } = a ?? expect.fail('no session')
    expect(up.atLeastSeconds).toBeGreaterThanOrEqual(195)
    expect(up.atLeastSeconds).toBeLessThanOrEqual(200)
    expect(up.atMostSeconds).toBeGreaterThanOrEqual(260)
    expect(up.atMostSeconds).toBeLessThanOrEqual(270)
    expect(down.atLeastSeconds + up.atMostSeconds).toBe(360)
    expect(down.atMostSeconds + up.atLeastSeconds).toBe(360)
    expect(b).toMatchObject({
      localAddress: B,
      up: { atLeastSeconds: 360, atMostSeconds: 360 },
      down: { atLeastSeconds: 0, atMostSeconds: 0 },
      unknownSeconds: 0,
    })
  })

  it('is not known while an instance is silent, and while nothing is polled', async () => {
    const [a, b] = await ask(7, 20)
    // from the poll at 09 to the poll at 20
    expect(a?.unknownSeconds).toBeGreaterThanOrEqual(590)
    expect(a?.unknownSeconds).toBeLessThanOrEqual(660)
    expect(a?.down).toEqual({ atLeastSeconds: 0, atMostSeconds: 0 })
    // since the poll at 07
    expect(b?.unknownSeconds).toBeGreaterThanOrEqual(770)
    expect(b?.down).toEqual({ atLeastSeconds: 0, atMostSeconds: 0 })
  })

  it('ends with the last good poll', async () => {
    const answer = await getSessionAvailability(db, { scope: TEST_ESTATE_GATEWAY_ARM_ID }, minute(20) + 30_000)
    const [a] = answer.data
    expect(Date.parse(a?.to ?? '')).toBeGreaterThanOrEqual(minute(20))
    expect(Date.parse(a?.to ?? '')).toBeLessThan(minute(20) + 30_000)
  })

  it('of a path is that of the session with the customer’s router', async () => {
    const { data } = await getSessionAvailability(db, { scope: TEST_ESTATE_CIRCUIT_ARM_ID }, minute(20) + 30_000)
    expect(data).toMatchObject([{ path: 'primary', neighbor: createCustomerNeighbor('primary').neighbor }])
  })
})

describe('the days of sessions', () => {
  it('are all in one answer, the time divided as that of one scope is, and hatched before the first poll', async () => {
    const now = minute(20) + 30_000
    const answer = allApiEndpoints.sessionUptime.response.parse(await getSessionUptime(db, { days: 30 }, now))
    const { sequences, sessions } = answer.data
    expect(
      sessions.map(({ path, localAddress, neighbor, sequence }) => [path, localAddress, neighbor, sequence]),
    ).toEqual([
      [null, A, MSEE, 0],
      [null, B, MSEE, 1],
      ['primary', '172.16.0.2', createCustomerNeighbor('primary').neighbor, 2],
    ])
    const [before, today] = sequences[0] ?? []
    expect(before).toMatchObject({ from: '2026-10-22', days: 29, seconds: 86_400, unknownSeconds: 86_400 })
    const midnight = Date.UTC(2026, 10, 20)
    const [whole] = (
      await getSessionAvailability(db, { scope: TEST_ESTATE_GATEWAY_ARM_ID, from: midnight, to: now }, now)
    ).data
    const restMs = now - Date.parse(whole?.to ?? '')
    expect(today).toMatchObject({
      seconds: (now - midnight) / 1_000,
      // time since the last poll has the state of that poll, as long as the next poll is not overdue
      upSeconds: {
        atLeast: (whole?.up.atLeastSeconds ?? 0) + restMs / 1_000,
        atMost: (whole?.up.atMostSeconds ?? 0) + restMs / 1_000,
      },
      downSeconds: { atLeast: whole?.down.atLeastSeconds, atMost: whole?.down.atMostSeconds },
      unknownSeconds: whole && whole.unknownSeconds + whole.notListedSeconds,
    })
  })

  it('of one scope are those of its sessions', async () => {
    const { data } = await getSessionUptime(db, { days: 1, scope: TEST_ESTATE_CIRCUIT_ARM_ID }, minute(20) + 30_000)
    expect(data.sessions.map(({ path }) => path)).toEqual(['primary'])
  })

  it('of sessions that did not change since are one, but of those that were silent', async () => {
    const feed = createTestEstatePollRecorder(db)
    const later = minute(24 * 60 + 60)
    for (const n of [0, 1, 2, 3]) {
      const rows = [A, B].flatMap((local) =>
        [MSEE, '10.0.4.5'].map((to) => createGatewayPeer(local, to, old(later + n * 60_000))),
      )
      await feed.peers(
        later + n * 60_000,
        n === 2 ? rows.filter((one) => one.localAddress === A) : rows,
        n === 2 ? [B] : [],
      )
    }
    const next = later + 24 * 60 * 60_000
    const { data } = await getSessionUptime(db, { days: 1, scope: TEST_ESTATE_GATEWAY_ARM_ID }, next)
    expect(data.sessions.map(({ localAddress, sequence }) => `${localAddress} ${sequence}`)).toEqual([
      `${A} 0`,
      `${B} 0`,
      `${A} 0`,
      `${B} 0`,
    ])
    expect(data.sequences).toHaveLength(1)
    const since = await getSessionUptime(db, { days: 2, scope: TEST_ESTATE_GATEWAY_ARM_ID }, next)
    expect(new Set(since.data.sessions.map(({ sequence }) => sequence)).size).toBe(4)
  })
})
