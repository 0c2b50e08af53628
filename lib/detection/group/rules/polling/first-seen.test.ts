import { describe, expect, it } from 'vitest'
import { t2 } from '../../../testing/estates.ts'
import { play } from '#lib/poller/memory/testing/play.ts'
import type { World } from '../../../testing/world.ts'

/** What is reported of the first minutes of an estate in which this was so before the first poll. */
async function firstSight(before: (world: World) => void) {
  const world = () => {
    const made = t2()
    before(made)
    return made
  }
  const engine = await play({ world, from: '9:55', to: '10:05' })
  return { events: engine.events, incidents: engine.incidents }
}

function withoutAms(world: World): void {
  for (const { circuit, sessions } of world.neighbors) {
    if (circuit === 'ckt-ams') for (const session of Object.values(sessions)) session.up = false
  }
  const ams = world.circuits.get('ckt-ams')
  for (const path of Object.values(ams?.paths ?? {})) path.ce.up = false
}

describe('the first poll of an estate', () => {
  it('shows nothing where everything is well', async () => expect((await firstSight(() => {})).events).toEqual([]))

  it('lists what was down in one notice for each gateway and circuit, as no fall and no incident', async () => {
    const { events, incidents } = await firstSight(withoutAms)
    expect(events.map(({ kind, scope }) => `${kind} ${scope}`).toSorted()).toEqual([
      'initial_state ckt-ams',
      'initial_state ergw-hub',
    ])
    const listed = new Map(events.map(({ scope, evidence }) => [scope, evidence.map(({ field }) => field)]))
    // both paths of the circuit; two edge routers as each of two instances sees them
    expect(listed.get('ckt-ams')).toHaveLength(2)
    expect(listed.get('ergw-hub')).toHaveLength(4)
    expect(events[0]).toMatchObject({ severity: 'info', flags: ['baseline'] })
    expect(incidents).toEqual([])
  })
})
