import { beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getSessionAvailability } from './session-availability.ts'
import { CIRCUIT, customer, estateFeed, GATEWAY, idle, peer, resources } from './testing/estate-feed.ts'

const db = withTestDatabase()
const START = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => START + n * 60_000
const text = (at: number) => new Date(at).toISOString()
const [A, B, MSEE] = ['10.0.4.12', '10.0.4.13', '10.0.4.4']
/** up since an hour before the first poll */
const old = (at: number) => ({ connectedDurationMs: at - START + 3_600_000 })

beforeAll(async () => {
  const feed = estateFeed(db)
  await feed.inventory(minute(0), resources())
  const poll = (n: number, first: Parameters<typeof peer>[2], silent: readonly string[] = []) => {
    const rows = [peer(A, MSEE, first), peer(B, MSEE, old(minute(n)))]
    return feed.peers(
      minute(n),
      rows.filter(({ localAddress }) => !silent.includes(localAddress)),
      [...silent],
    )
  }
  for (let n = 0; n <= 3; n++) await poll(n, old(minute(n)))
  // A fell between 03 and 04 and rose 20 s before 06; B does not report at 08 and 09; nobody polls from 10 to 20
  for (const n of [4, 5]) await poll(n, idle)
  for (const n of [6, 7, 8, 9]) await poll(n, { connectedDurationMs: 20_000 + (n - 6) * 60_000 }, n >= 8 ? [B] : [])
  await poll(20, { connectedDurationMs: 20_000 + 14 * 60_000 })
  await feed.summary(minute(20), 'primary', [customer('primary')])
})

const ask = async (from: number, to: number) => {
  const answer = await getSessionAvailability(
    db,
    { scope: GATEWAY, from: minute(from), to: minute(to) },
    minute(20) + 30_000,
  )
  return endpoints.sessionAvailability.response.parse(answer).data
}

describe('how much sessions were up', () => {
  it('is given as bounds, by the polls around a fall and the age after it', async () => {
    const [a, b] = await ask(1, 7)
    expect(a).toMatchObject({ localAddress: A, neighbor: MSEE, from: text(minute(1)), to: text(minute(7)) })
    // certain: 01 to 03 and 05:40 to 07; it fell between 03 and the end of the poll at 04, which took some time
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
    // from the poll at 09 to the one at 20
    expect(a?.unknownSeconds).toBeGreaterThanOrEqual(590)
    expect(a?.unknownSeconds).toBeLessThanOrEqual(660)
    expect(a?.down).toEqual({ atLeastSeconds: 0, atMostSeconds: 0 })
    // from the poll at 07 on
    expect(b?.unknownSeconds).toBeGreaterThanOrEqual(770)
    expect(b?.down).toEqual({ atLeastSeconds: 0, atMostSeconds: 0 })
  })

  it('ends with the last good poll', async () => {
    const answer = await getSessionAvailability(db, { scope: GATEWAY }, minute(20) + 30_000)
    const [a] = answer.data
    expect(Date.parse(a?.to ?? '')).toBeGreaterThanOrEqual(minute(20))
    expect(Date.parse(a?.to ?? '')).toBeLessThan(minute(20) + 30_000)
  })

  it('of a path is that of the session with the customer’s router', async () => {
    const { data } = await getSessionAvailability(db, { scope: CIRCUIT }, minute(20) + 30_000)
    expect(data).toMatchObject([{ path: 'primary', neighbor: customer('primary').neighbor }])
  })
})
