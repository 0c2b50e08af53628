import { describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { busyT2, DEAD, expecting, MBPS, meteredT2 } from '../../../testing/flows.ts'
import { line, play, type Player } from '#lib/poller/memory/testing/play.ts'
import { clock, type Timeline } from '#lib/poller/memory/testing/timeline.ts'
import { endsCe, startsCe } from '../../../testing/happenings.ts'
import { playKinds } from '../../../testing/kind-cases.ts'
import { at, series, lon, one, USUAL, changed, trafficKindCases } from '../testing/traffic-kinds.ts'

const ofKind = (engine: Player, kind: string): DetectedEvent[] => engine.events.filter((event) => event.kind === kind)

playKinds(trafficKindCases, 'first')

describe('green_but_dead', () => {
  const reported = async (timeline: Timeline) => ofKind(await play(timeline), 'green_but_dead')

  it('is one event of the circuit, critical, in the bounds of its bytes, found when the window is full', async () => {
    const [event, ...others] = await reported(series([at('10:00:30', lon(DEAD)), at('10:20:30', lon(USUAL))]))
    expect(others).toEqual([])
    expect(line(event as DetectedEvent)).toBe(
      'green_but_dead ckt-lon AzurePrivatePeering [10:00:25, 10:01:28] to [10:20:24, 10:21:27] critical',
    )
    // bit rates confirm the event as soon as the bit rates are complete
    expect(event?.detectedAt).toBe(clock('10:07:27'))
    expect(event?.causes[0]).toMatchObject({ class: 'forwarding_fault', confidence: 0.5 })
  })

  it('is major while the other path moves, and takes the redundancy with it', async () => {
    const engine = await play(series([at('10:00:30', one('secondary', DEAD)), at('10:20:30', one('secondary', USUAL))]))
    const events = engine.events.map((event) => `${line(event)}${event.partOf ? ' part' : ''}`)
    expect(events).toEqual([
      'green_but_dead ckt-lon AzurePrivatePeering/secondary [10:00:25, 10:01:28] to [10:20:24, 10:21:27] major',
      'redundancy_lost ckt-lon AzurePrivatePeering [10:00:25, 10:01:28] to [10:20:24, 10:21:27] major part',
      'redundancy_restored ckt-lon AzurePrivatePeering [10:20:24, 10:21:27] info part',
    ])
  })

  it('is a step less severe where only the last day is known', async () => {
    const unsure = { bps: 150 * MBPS, confidence: 'low' as const }
    const path = { in: unsure, out: unsure }
    const world = changed(meteredT2, (w) =>
      w.traffic.baselines.set('ckt-lon', expecting(150, 90, { paths: { primary: path, secondary: path } })),
    )
    const [event] = await reported(series([at('10:00:30', lon(DEAD))], { world }))
    expect(event).toMatchObject({ severity: 'major', flags: ['by_bytes', 'low_confidence'] })
  })

  it('waits for a full window after the session came up', async () => {
    const [event] = await reported(
      series([
        at('10:00:30', (w, t) => {
          endsCe(w, 'ckt-lon', 'primary')
          one('primary', DEAD)(w, t)
        }),
        at('10:20:30', (w, t) => startsCe(w, 'ckt-lon', 'primary', t)),
      ]),
    )
    expect(event?.started.earliest).toBeGreaterThanOrEqual(clock('10:20:28'))
    expect(event?.detectedAt).toBeGreaterThanOrEqual(clock('10:25:30'))
  })

  it('waits for a full window after announced work, of which no poll says that it is over', async () => {
    const work = { id: 'w', title: 'Work', announcedBy: 'operator' as const, scopes: ['ckt-lon'], paths: [] }
    const until = clock('10:20:10')
    const world = changed(meteredT2, (w) => void w.maintenance.push({ ...work, from: clock('9:55'), to: until }))
    const [event] = await reported(series([at('10:00:30', lon(DEAD))], { world }))
    expect(event?.detectedAt).toBe(clock('10:25:27'))
  })

  it('is not reported while bytes come back, however long they had stood still before', async () => {
    const engine = await play(
      series([
        at('10:00:30', (w, t) => {
          endsCe(w, 'ckt-lon', 'primary')
          one('primary', DEAD)(w, t)
        }),
        at('10:20:30', (w, t) => {
          startsCe(w, 'ckt-lon', 'primary', t)
          one('primary', USUAL)(w, t)
        }),
      ]),
    )
    expect(ofKind(engine, 'green_but_dead')).toEqual([])
    expect(ofKind(engine, 'one_way_traffic')).toEqual([])
  })
})

describe('one_way_traffic', () => {
  it('is found when the window is full, and ends when both directions move', async () => {
    const engine = await play(
      series([at('10:00:30', lon({ in: DEAD.in, out: 84 })), at('10:30:30', lon(USUAL))], { world: busyT2 }),
    )
    const [event] = ofKind(engine, 'one_way_traffic')
    expect(line(event as DetectedEvent)).toBe(
      'one_way_traffic ckt-lon AzurePrivatePeering [10:00:25, 10:01:28] to [10:30:24, 10:31:27] major',
    )
    expect(event?.detectedAt).toBe(clock('10:06:27'))
    expect(event?.flags).toEqual(['no_bytes_in'])
  })
})

describe('bandwidth_high', () => {
  it('rises from a warning, and ends after a quarter of an hour below', async () => {
    const engine = await play(
      series(
        [
          at('9:45:30', one('primary', { in: 850, out: 120 })),
          at('10:10:30', one('primary', { in: 980, out: 120 })),
          at('10:20:30', one('primary', USUAL)),
        ],
        { to: '11:00' },
      ),
    )
    const [event] = ofKind(engine, 'bandwidth_high')
    expect(line(event as DetectedEvent)).toBe(
      'bandwidth_high ckt-lon AzurePrivatePeering/primary [09:45:10, 09:46:27] to [10:19:25, 10:20:48] major',
    )
    expect(event?.flags).toEqual(['in'])
  })
})
