import { describe, expect, it, vi } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { createSimulatedUpSession, createVpnOnlyEstate } from '../../../testing/estates.ts'
import { endSimulatedNeighborSessions, startSimulatedNeighborSessions } from '../../../testing/happenings.ts'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import { parseTimeOfSimulatedDay, type TestTimelineChange } from '#lib/poller/memory/testing/timeline.ts'
import type { SimulatedEstate } from '../../../testing/world.ts'

vi.setConfig({ testTimeout: 60_000 })

const BRANCH = '10.200.0.1'
const SECOND = '10.200.0.2'
const at = (time: string, act: TestTimelineChange['do']): TestTimelineChange => ({ at: time, do: act })

/** Returns the test topology TV (a single VPN gateway) with a second branch. */
function twoBranches(): SimulatedEstate {
  const world = createVpnOnlyEstate()
  const [branch] = world.neighbors
  if (!branch) throw new Error('TV has no neighbor')
  world.neighbors.push({
    ...branch,
    address: SECOND,
    asn: 65_011,
    sessions: { '10.0.5.4': createSimulatedUpSession() },
    routes: new Map(),
  })
  return world
}

/** Returns the events with a failover record as `kind subject`, and the first of these events. */
async function switchesOf(world: () => SimulatedEstate, truth: TestTimelineChange[]) {
  const events = (await runTestTimeline({ world, from: '9:50', to: '10:25', truth })).events
  const reported = events.filter(({ failover }) => failover)
  return {
    reported: reported.map(({ kind, subject }) => `${kind} ${subject}`),
    event: reported[0] as DetectedEvent | undefined,
  }
}

const down = (time: string, ...peers: string[]) =>
  at(time, (world) => peers.forEach((peer) => endSimulatedNeighborSessions(world, peer)))
const up = (time: string, ...peers: string[]) =>
  at(time, (world, when) => peers.forEach((peer) => startSimulatedNeighborSessions(world, peer, when)))

describe('an active-standby VPN gateway', () => {
  it('switches between two polls: how long its sessions were away is reported as bounds, and proves nothing', async () => {
    const { reported, event } = await switchesOf(createVpnOnlyEstate, [
      down('10:00:20', BRANCH),
      up('10:00:32', BRANCH),
    ])
    expect(reported).toEqual([`session_flap 10.0.5.4~${BRANCH}`])
    const { failover } = event ?? {}
    expect(failover?.sessionEnds?.earliest).toBeLessThanOrEqual(parseTimeOfSimulatedDay('10:00:20'))
    expect(failover?.controlPlane?.minMs).toBe(0)
    expect(failover?.controlPlane?.maxMs).toBeGreaterThanOrEqual(12_000)
    expect(failover?.rerouted).toEqual(event?.ended)
    expect(failover?.expectations).toEqual([
      { class: 'vpn_unplanned', budgetMs: 90_000, verdict: 'not_provable' },
      { class: 'vpn_planned', budgetMs: 15_000, verdict: 'not_provable' },
    ])
    expect(failover?.missing[0]).toMatch(/with one neighbor/)
  })

  it('is seen to be away: its isolation carries the marks, once it is over, and exceeds what can be proved', async () => {
    const { reported, event } = await switchesOf(createVpnOnlyEstate, [
      down('10:00:20', BRANCH),
      up('10:04:32', BRANCH),
    ])
    expect(reported).toEqual(['gateway_isolated vpngw'])
    expect(event?.failover?.controlPlane).toMatchObject(event?.duration ?? {})
    expect(event?.failover?.expectations.map(({ verdict }) => verdict)).toEqual(['exceeded', 'exceeded'])
  })

  it('reports all its neighbors that nothing else resembles it', async () => {
    const both = [BRANCH, SECOND]
    const { reported, event } = await switchesOf(twoBranches, [down('10:00:20', ...both), up('10:00:32', ...both)])
    expect(reported).toHaveLength(2)
    expect(event?.failover?.missing.join(' ')).not.toContain('one neighbor')
  })

  it.each<[string, () => SimulatedEstate, TestTimelineChange[]]>([
    ['one of its neighbors alone', twoBranches, [down('10:00:20', BRANCH), up('10:00:32', BRANCH)]],
    ['one that is away for long', createVpnOnlyEstate, [down('9:55:20', BRANCH), up('10:12:32', BRANCH)]],
    ['one that has not come back', createVpnOnlyEstate, [down('10:00:20', BRANCH)]],
    [
      'one whose instances both carry',
      () => {
        const world = createVpnOnlyEstate()
        const [gateway, neighbor] = [world.gateway('vpngw'), world.neighbor(BRANCH)]
        gateway.instances.push('10.0.5.5')
        neighbor.sessions['10.0.5.5'] = createSimulatedUpSession()
        return world
      },
      [down('10:00:20', BRANCH), up('10:00:32', BRANCH)],
    ],
  ])('has no such marks for %s', async (_, world, truth) => {
    expect((await switchesOf(world, truth)).reported).toEqual([])
  })
})
