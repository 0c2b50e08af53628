import { describe, expect, it } from 'vitest'
import { acknowledge, getEvents, getIncident, getIncidents } from '#lib/answers/index.ts'
import { Engine } from '#lib/detection/testing/engine.ts'
import { t2 } from '#lib/detection/testing/estates.ts'
import { line, play, pollsOf, topLevel } from '#lib/detection/testing/play.ts'
import { scenarios } from '#lib/detection/testing/scenarios/index.ts'
import type { World } from '#lib/detection/testing/world.ts'
import { ensureSource, listEvents } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { recordPoll } from '../commit.ts'
import { auditHistory } from '../testing/audit.ts'
import { EstateBook } from './estate-book.ts'

/** Faults of paths, of gateways and of routes: each over real rows, with the mapping inferred from recorded routes. */
describe.each(['S03', 'S10', 'S20'])('%s, recorded in Postgres', (id) => {
  const db = withTestDatabase()
  const scenario = scenarios.find((one) => one.id === id)
  if (!scenario) throw new Error(`no scenario ${id}`)

  it('makes the events that the engine makes of it by itself', { timeout: 120_000 }, async () => {
    const estate = new EstateBook()
    for (const { observation, localAddress } of pollsOf(scenario)) {
      const sourceId = await ensureSource(db.pool, observation.target)
      const { status } = await db.transaction((client) =>
        recordPoll(client, sourceId, observation, {
          intervalSeconds: 60,
          localAddresses: { ipv4: localAddress, ipv6: null },
          estate,
        }),
      )
      expect(status).toBe('recorded')
    }
    const alone = topLevel(play(scenario, new Engine()))
    const { rows } = await listEvents(db.pool, { limit: 500 })
    const stored = rows.filter(({ partOf }) => partOf === null)
    const named = new Map(stored.map((event) => [event.scope, event.scopeName]))
    const lineOf = (event: Parameters<typeof line>[0]) =>
      line({ ...event, scope: named.get(event.scope) ?? event.scope })
    expect(stored.map(lineOf).toSorted()).toEqual(alone.map(line).toSorted())
    expect(await auditHistory(db)).toEqual([])
  })

  it('is answered as events, as incidents, and takes an acknowledgement', async () => {
    const events = await getEvents(db, { limit: 100 })
    const byId = new Map(events.data.map((event) => [event.id, event]))
    for (const { partOf } of events.data) if (partOf) expect(byId.has(partOf)).toBe(true)
    const { data } = await getIncidents(db, { limit: 10 })
    expect(data.map(({ root }) => root?.kind).toSorted()).toEqual(scenario.incidents.toSorted())
    for (const incident of data) {
      const { data: detail } = await getIncident(db, incident.id)
      expect(detail.timeline).toHaveLength(incident.events)
      expect(detail.timeline.some((event) => event.id === incident.root?.id)).toBe(true)
      expect(detail).toMatchObject({ state: 'closed', acknowledged: null, cause: incident.root?.cause })
      expect(await acknowledge(db, incident.id, 'on it')).toMatchObject({
        acknowledged: { by: 'local', note: 'on it' },
      })
    }
    await expect(getIncident(db, 'none')).rejects.toThrow(/no incident none/)
  })
})

describe('a resource that complete lists omit', () => {
  const db = withTestDatabase()

  it('is told once, also by a worker that never knew it', { timeout: 60_000 }, async () => {
    const polls = [...pollsOf({ world: t2, from: '9:55', to: '10:05', truth: [{ at: '10:00:00', do: removeAms }] })]
    for (const { observation, localAddress } of polls) {
      const sourceId = await ensureSource(db.pool, observation.target)
      const localAddresses = { ipv4: localAddress, ipv6: null }
      // a book of its own for each poll
      const options = { intervalSeconds: 60, localAddresses, estate: new EstateBook() }
      await db.transaction((client) => recordPoll(client, sourceId, observation, options))
    }
    const { rows } = await listEvents(db.pool, { limit: 50 })
    const told = rows.map(({ kind, subject }) => `${kind} ${subject}`)
    expect(told.toSorted()).toEqual(['resource_removed ckt-ams', 'resource_removed ergw-hub-ckt-ams'])
  })
})

function removeAms(world: World): void {
  world.circuits.delete('ckt-ams')
  // its connection goes with it
  for (const neighbor of world.neighbors) {
    if (neighbor.circuit === 'ckt-ams') Object.assign(neighbor, { circuit: null, path: null })
  }
}
