import { beforeAll, describe, expect, it } from 'vitest'
import { parseWhatIfLosses } from '#lib/contract/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  CUSTOM_HUB_TABLES_AT as now,
  customHubTableId as tableId,
  hubIds as ids,
  HUB_PREFIXES,
  recordHubWithCustomTables,
} from '#lib/questions/testing/custom-hub-tables.ts'
import { circuitId } from '#lib/questions/testing/record-feed.ts'
import type { WhatIfHubTable } from '../../api/index.ts'
import { getRoutingIntents } from '../intents.ts'
import { getN1 } from '../single-losses/answers.ts'
import { refreshSingleLosses } from '../single-losses/refresh-single-losses.ts'
import { computeWhatIf } from '../what-if.ts'

const db = withTestDatabase()
const { BOTH, LON, AMS, BRANCH } = HUB_PREFIXES

beforeAll(() => recordHubWithCustomTables(db))

async function lose(text: string) {
  const losses = parseWhatIfLosses(text)
  if ('wrong' in losses) throw new Error(losses.wrong)
  return (await computeWhatIf(db, { lose: losses.terms, change: [], rows: 'all' }, { costOfMonth: null }, now)).data
}

const ofHub = (tables: readonly WhatIfHubTable[]) => tables.filter(({ hubName }) => hubName === 'vhub')
const shorten = (tables: readonly WhatIfHubTable[]) =>
  Object.fromEntries(
    ofHub(tables).map(({ name, cutOff, failOver, unknown }) => [
      name,
      [
        cutOff.length > 0 && `cut off ${cutOff.join(' ')}`,
        failOver.length > 0 && `fail over ${failOver.join(' ')}`,
        unknown.length > 0 && `unknown ${unknown.join(' ')}`,
      ]
        .filter(Boolean)
        .join(', '),
    ]),
  )

describe('each route table of a hub that a network uses', () => {
  it('has the outcomes of a circuit, by the connections that propagate to it', async () => {
    expect(shorten((await lose(computeShortId(circuitId('lon')))).hubTables)).toEqual({
      defaultRouteTable: `fail over ${BOTH} ${LON}`,
      'rt-all': `fail over ${BOTH} ${LON}`,
      'rt-lon': `cut off ${BOTH} ${LON}`,
      'rt-unread': `unknown ${BOTH} ${LON}`,
      'rt-odd': `cut off ${LON}, unknown ${AMS}`,
    })
    expect(shorten((await lose(computeShortId(circuitId('ams')))).hubTables)).toEqual({
      defaultRouteTable: `cut off ${AMS}`,
      'rt-all': `cut off ${AMS}`,
      'rt-lon': '',
      'rt-unread': '',
      'rt-odd': `unknown ${AMS}`,
    })
  })

  it('keeps its routes if one path of a circuit fails', async () => {
    const { hubTables } = await lose(`${computeShortId(circuitId('lon'))}/primary`)
    expect(shorten(hubTables)).toMatchObject({ defaultRouteTable: '', 'rt-all': '', 'rt-lon': '' })
  })

  it('has the outcomes of a connection of the hub, an ExpressRoute or a VPN connection', async () => {
    const { hubTables, lost } = await lose(`${ids.ergw}/CONN-LON`)
    expect(lost).toMatchObject([{ kind: 'hub_connection', id: ids.ergw, name: 'ergw conn-lon' }])
    expect(shorten(hubTables)).toMatchObject({
      defaultRouteTable: `fail over ${BOTH} ${LON}`,
      'rt-lon': `cut off ${BOTH} ${LON}`,
      'rt-unread': `unknown ${BOTH} ${LON}`,
    })
    expect(shorten((await lose(`${ids.vpngw}/conn-branch`)).hubTables)).toMatchObject({
      defaultRouteTable: `cut off ${BRANCH}`,
      'rt-all': `cut off ${BRANCH}`,
      'rt-lon': '',
    })
    await expect(lose(`${ids.ergw}/conn-none`)).rejects.toThrow('conn-none')
  })

  it('is unknown if another hub of the Virtual WAN may take over, and cut off if that hub loses its route, too', async () => {
    const outcomes = async (text: string) => shorten((await lose(text)).hubTables)
    expect(await outcomes(`${ids.ergw}/conn-ams`)).toMatchObject({
      defaultRouteTable: `unknown ${AMS}`,
      'rt-all': `unknown ${AMS}`,
    })
    expect(await outcomes(`${ids.ergw}/conn-ams,${ids.otherErgw}/conn-ams`)).toMatchObject({
      defaultRouteTable: `cut off ${AMS}`,
      'rt-all': `cut off ${AMS}`,
    })
  })

  it('loses everything with its hub, also prefixes whose connection is uncertain, but not if it was not polled', async () => {
    expect(shorten((await lose(ids.vhub)).hubTables)).toMatchObject({
      'rt-lon': `cut off ${BOTH} ${LON}`,
      'rt-odd': `cut off ${LON} ${AMS}`,
      'rt-unread': `unknown ${BOTH} ${LON}`,
    })
  })

  it('names its networks and hub, and whether it was read', async () => {
    const { hubTables, prefixes, notModelled } = await lose(computeShortId(circuitId('lon')))
    const facts = ofHub(hubTables).map(({ name, hubName, isDefault, networks, isRead }) =>
      [name, hubName, isDefault, networks.join(), isRead].join(' '),
    )
    expect(facts.toSorted()).toEqual([
      'defaultRouteTable vhub true net-default true',
      'rt-all vhub false net-all true',
      'rt-lon vhub false net-lon true',
      'rt-odd vhub false net-odd true',
      'rt-unread vhub false net-unread false',
    ])
    const scope = computeShortId(tableId('rt-lon'))
    expect(hubTables.find(({ name }) => name === 'rt-lon')).toMatchObject({ id: scope, counts: { cutOff: 2 } })
    expect(prefixes.filter((row) => row.scope === scope)).toMatchObject([
      { prefix: BOTH, scopeName: 'rt-lon of vhub', outcome: 'stranded' },
      { prefix: LON, scopeName: 'rt-lon of vhub', outcome: 'stranded' },
    ])
    expect(notModelled.map(({ id }) => id)).not.toContain('hub_tables')
  })
})

it('counts the tables of a hub in single losses', async () => {
  await refreshSingleLosses(db, [], { now: () => now, signal: new AbortController().signal, share: 1 })
  const { data } = await getN1(db, {}, now)
  const lon = data.cases.find(({ kind, id }) => kind === 'circuit' && id === computeShortId(circuitId('lon')))
  // both prefixes in rt-lon and one in rt-odd; the default table and rt-all fail over
  expect(lon).toMatchObject({ stranded: 3, strandedPrefixes: 2 })
})

it('lists each connection of a hub among the single losses, with the effects of its what-if', async () => {
  const { data } = await getN1(db, {}, now)
  const own = data.cases.filter(({ kind }) => kind === 'hub_connection')
  expect(own.map(({ term, name }) => [term, name]).toSorted()).toEqual(
    [
      [`${ids.ergw}/conn-lon`, 'ergw conn-lon'],
      [`${ids.ergw}/conn-ams`, 'ergw conn-ams'],
      [`${ids.otherErgw}/conn-ams`, 'ergw2 conn-ams'],
      [`${ids.vpngw}/conn-branch`, 'vpngw conn-branch'],
    ].toSorted(),
  )
  for (const { term, stranded, unknown } of own) {
    const { counts } = await lose(term)
    expect([term, stranded, unknown]).toEqual([term, counts.stranded, counts.unknown])
  }
  expect(own.find(({ term }) => term === `${ids.ergw}/conn-lon`)).toMatchObject({ stranded: 3, strandedPrefixes: 2 })
})

it('compares the circuits of each custom table with a declaration, and leaves tables that are unknown unknown', async () => {
  const [lon, ams] = ['lon', 'ams'].map((name) => computeShortId(circuitId(name)))
  const policy = { kind: 'active_standby' as const, circuits: [lon ?? '', ams ?? ''], prefixes: [BOTH] }
  await db.transaction((client) =>
    saveDeclarationsAsNewVersion(client, { policies: [policy] }, { by: 'test', expected: null }),
  )
  const { data } = await getRoutingIntents(db, {}, now)
  const ofBoth = data.intents.filter(({ prefixes }) => prefixes.includes(BOTH))
  expect(ofBoth.map(({ hubTable, state }) => `${hubTable?.name ?? 'elsewhere'}: ${state}`).toSorted()).toEqual([
    'elsewhere: as_declared',
    'rt-lon of vhub: backup_differs',
    'rt-unread of vhub: unknown',
  ])
  expect(ofBoth.filter(({ hubTable }) => hubTable).map(({ pin, unpinnable }) => [pin, unpinnable])).toEqual([
    [null, expect.stringContaining('rt-lon of vhub')],
    [null, expect.stringContaining('rt-unread of vhub')],
  ])
  // no declaration covers the other prefixes, so that custom tables have no result for them
  expect(data.intents.filter(({ hubTable }) => hubTable !== null).flatMap(({ prefixes }) => prefixes)).toEqual([
    BOTH,
    BOTH,
  ])
})
