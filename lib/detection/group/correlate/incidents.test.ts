import { describe, expect, it } from 'vitest'
import { A, t2 } from '../../testing/estates.ts'
import { play } from '#lib/poller/memory/testing/play.ts'
import { clock, type Happening } from '#lib/poller/memory/testing/timeline.ts'
import { announces, endsCe, startsCe, withdraws } from '../../testing/happenings.ts'
import { eventOf, LATELY, LONG_AGO, NOW, remember, scene } from '../../testing/scene.ts'
import { groupIncidents } from './incidents.ts'

const LON = ['10.0.4.4', '10.0.4.5']
const AMS = ['10.0.4.6', '10.0.4.7']
type Path = 'primary' | 'secondary'

const falls = (path: Path): Happening => ({ at: '9:55:10', do: (world) => endsCe(world, 'ckt-lon', path) })
const rises = (at: string, path: Path): Happening => ({
  at,
  do: (world, time) => startsCe(world, 'ckt-lon', path, time),
})
const leaves: Happening = { at: '9:55:10', do: (world) => withdraws(world, [...LON, ...AMS], A) }
const isBack = (at: string, neighbors: string[], path: number[]): Happening => ({
  at,
  do: (world) => announces(world, neighbors, A, path),
})

describe('an incident', () => {
  it.each<[string, string, Happening[]]>([
    [
      'path of its circuit',
      'circuit_down',
      [falls('primary'), falls('secondary'), rises('9:58:10', 'primary'), rises('10:08:10', 'secondary')],
    ],
    [
      'withdrawal from its site',
      'no_path',
      [leaves, isBack('9:58:10', AMS, [65001, 65001, 65001]), isBack('10:08:10', LON, [65001])],
    ],
  ])('ends with the last lost %s', async (_, root, truth) => {
    const world = () =>
      Object.assign(t2(), { sites: [{ name: 'dc-a', prefixes: [...A], home: 'ckt-lon', routers: {} }] })
    const engine = await play({ world, from: '9:50', to: '10:20', truth })
    const [incident, ...others] = engine.incidents
    expect(others).toEqual([])
    const whole = engine.event(incident?.root ?? '')
    expect(whole?.kind).toBe(root)
    expect(whole?.ended?.latest).toBeLessThan(clock('10:00:00'))
    expect(incident?.ended?.earliest).toBeLessThanOrEqual(clock('10:08:10'))
    expect(incident?.ended?.latest).toBeGreaterThanOrEqual(clock('10:08:10'))
  })

  it.each([
    { whole: 'gateway_isolated', part: 'peer_lost', lasts: true },
    { whole: 'gateway_isolated', part: 'session_down', lasts: true },
    { whole: 'gateway_instance_lost', part: 'session_down', lasts: true },
    { whole: 'connection_down', part: 'tunnel_down', lasts: true },
    { whole: 'peer_lost', part: 'session_down', lasts: true },
    { whole: 'path_down', part: 'redundancy_lost', lasts: true },
    { whole: 'peer_lost', part: 'n1_stranding', lasts: false },
    { whole: 'no_path', part: 'site_state_changed', lasts: false },
    { whole: 'peer_lost', part: 'session_down', flags: ['administrative'], lasts: false },
  ] as const)('of $whole lasts as long as its part $part: $lasts', ({ whole, part, lasts, ...more }) => {
    const flags = 'flags' in more && more.flags ? [...more.flags] : []
    const { context } = scene({ kind: 'peers', scope: 'ergw-hub' })
    const until = { earliest: NOW - 90_000, latest: NOW - 80_000 }
    const root = remember(context, eventOf(whole, 'ergw-hub', '10.0.4.12', { started: LONG_AGO, ended: until }))
    const own = remember(context, {
      ...eventOf(part, 'ergw-hub', '10.0.4.12~10.0.4.4', { started: LONG_AGO, ended: null }),
      partOf: root.event.key,
      flags,
    })
    groupIncidents(context)
    const [incident] = context.scopes['ergw-hub']?.incidents ?? []
    expect(incident?.ended).toEqual(lasts ? null : until)
    own.event = { ...own.event, ended: LATELY }
    groupIncidents(context)
    expect(incident?.ended).toEqual(lasts ? LATELY : until)
  })

  it('lasts as long as the act that became its root, although its faults have ended', () => {
    const { context } = scene({ kind: 'inventory', scope: 'ckt-lon' })
    const until = { earliest: NOW - 90_000, latest: NOW - 80_000 }
    remember(context, eventOf('circuit_down', 'ckt-lon', 'AzurePrivatePeering', { started: LONG_AGO, ended: until }))
    groupIncidents(context)
    const act = eventOf('peering_disabled', 'ckt-lon', 'AzurePrivatePeering', { started: LONG_AGO, severity: 'info' })
    const own = remember(context, act)
    groupIncidents(context)
    const [incident] = context.scopes['ckt-lon']?.incidents ?? []
    expect(incident?.root).toBe(act.key)
    expect(incident?.ended).toBeNull()
    own.event = { ...own.event, ended: LATELY }
    groupIncidents(context)
    expect(incident?.ended).toEqual(LATELY)
  })
})
