import { beforeAll, describe, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { lookUpRoutesToAddress } from './route-lookup.ts'
import {
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createNetworkRow,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => T0 + n * 60_000
const own = (prefix: string) => learnedRoute(prefix, { peer: null, nextHop: null, asPath: [], origin: 'Network' })

/**
 * A hub network 10.0.0.0/16, whose gateway lists its own space and 10.100.0.0/16 of the spoke that uses the gateway, a
 * peering without gateway transit
 * (10.102.0.0/24) that no table lists, and a disconnected peering. On-premises advertises longer prefixes inside all of
 * them.
 */
beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  const hub = createNetworkRow('hub', ['10.0.0.0/16'], { spoke: ['10.100.0.0/16'], lab: ['10.102.0.0/24'] })
  const lone = createNetworkRow('lone', ['10.64.0.0/16'], { gone: ['10.103.0.0/24'] }, 'Disconnected')
  for (let n = 0; n <= 1; n++) {
    await feed.inventory(minute(n), [
      createNetworkRow('spoke', ['10.100.0.0/16']),
      createGatewayRow('ergw', 'ExpressRoute', 'hub'),
      createGatewayRow('ergw-lone', 'ExpressRoute', 'lone'),
      hub,
      lone,
    ])
    await feed.learned(minute(n), 'ergw', [
      own('10.0.0.0/16'),
      own('10.100.0.0/16'),
      learnedRoute('10.0.7.0/24'),
      learnedRoute('10.100.4.0/24'),
      learnedRoute('10.0.0.0/8'),
      learnedRoute('10.102.0.0/25'),
    ])
    await feed.learned(minute(n), 'ergw-lone', [own('10.64.0.0/16'), learnedRoute('10.103.0.0/16')])
  }
  await feed.schedule(
    { resourceId: gatewayId('ergw'), kind: 'learned' },
    { resourceId: gatewayId('ergw-lone'), kind: 'learned' },
  )
})

const ask = async (ip: string, scope = 'ergw', at: number | undefined = minute(1)) => {
  const asked = { ip, scope: gatewayId(scope), ...(at !== undefined && { at }) }
  return (await lookUpRoutesToAddress(db, asked, minute(1) + 30_000)).data
}
const brief = ({ candidates }: Awaited<ReturnType<typeof ask>>) =>
  candidates.map(({ rank, table, prefix, rule }) => `${rank} ${table} ${prefix} ${rule}`)

describe("Azure's system routes, which BGP does not override", () => {
  it.each([
    { space: 'its own network', ip: '10.0.7.9', match: '10.0.0.0/16', system: 'vnet', network: 'hub' },
    { space: 'a peered network', ip: '10.100.4.9', match: '10.100.0.0/16', system: 'peering', network: 'spoke' },
  ])('come before a longer prefix learned inside $space', async ({ ip, match, system, network }) => {
    const answer = await ask(ip)
    expect(answer).toMatchObject({
      match,
      system,
      candidates: [{ rank: 1, rule: 'own_space', network }, { rank: 2 }, { rank: 3 }],
    })
    expect(answer.candidates[1]).not.toHaveProperty('network')
    expect(answer.candidates[0]?.reason).toMatch(/longer ones too; no gateway carries it$/)
    expect(answer.candidates[0]).toMatchObject({ transport: 'unknown', circuitId: null })
  })

  it('come before BGP also where no table lists them: a peering without gateway transit', async () => {
    const answer = await ask('10.102.0.9')
    expect(answer).toMatchObject({ match: '10.102.0.0/24', system: 'peering', known: 'observed' })
    expect(brief(answer)).toEqual([
      '1 system 10.102.0.0/24 own_space',
      '2 learned 10.102.0.0/25 own_space',
      '3 learned 10.0.0.0/8 longest_prefix',
    ])
    // the inventory does not contain this network
    expect(answer.candidates[0]).toMatchObject({ since: null, azCommand: null, peer: null, network: null })
  })

  it('are not carried by the gateway, so that its events are not on the path', async () => {
    const { around } = await ask('10.0.7.9')
    expect(around).toBeNull()
  })

  it('are not there for a peering that is not connected', async () => {
    expect(await ask('10.103.0.9', 'ergw-lone')).toMatchObject({ match: '10.103.0.0/16', system: null })
  })

  it.each([
    { ip: '10.9.9.9', system: null, why: 'private space without a route is dropped' },
    { ip: '203.0.113.7', system: 'internet', why: 'the default system route' },
    { ip: '2001:db8::7', system: 'internet', why: 'the default system route' },
    { ip: 'fd00::7', system: null, why: 'it leaves no network' },
  ])('are what is left where nothing covers $ip: $why', async ({ ip, system }) => {
    expect(await ask(ip, 'ergw-lone')).toMatchObject({ match: null, candidates: [], system })
  })

  it('are not claimed of a moment that nobody saw', async () => {
    expect(await ask('203.0.113.7', 'ergw-lone', T0 - 60_000)).toMatchObject({ known: 'unknown', system: null })
  })
})
