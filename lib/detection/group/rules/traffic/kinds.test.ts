import { describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import {
  busyT2,
  KEEPALIVE_ONLY_RATES_MBPS,
  createTrafficBaselineOfRates,
  BITS_PER_MEGABIT,
  meteredT2,
} from '../../../testing/flows.ts'
import { formatDetectedEventAsLine, runTestTimeline, type TestTimelineRunner } from '#lib/poller/memory/testing/play.ts'
import { parseTimeOfSimulatedDay, type TestTimeline } from '#lib/poller/memory/testing/timeline.ts'
import { endSimulatedCustomerSession, startSimulatedCustomerSession } from '../../../testing/happenings.ts'
import { testTimelinesOfEventKinds } from '../../../testing/kind-cases.ts'
import {
  createScheduledTrafficChange,
  createTrafficTimeline,
  setLondonRates,
  setRatesOfOnePath,
  USUAL_RATES_MBPS,
  createChangedWorldFactory,
  trafficKindCases,
} from '../testing/traffic-kinds.ts'

const ofKind = (engine: TestTimelineRunner, kind: string): DetectedEvent[] =>
  engine.events.filter((event) => event.kind === kind)

testTimelinesOfEventKinds(trafficKindCases, 'first')

describe('green_but_dead', () => {
  const reported = async (timeline: TestTimeline) => ofKind(await runTestTimeline(timeline), 'green_but_dead')

  it('is one event of the circuit, critical, in the bounds of its bytes, found when the window is full', async () => {
    const [event, ...others] = await reported(
      createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setLondonRates(KEEPALIVE_ONLY_RATES_MBPS)),
        createScheduledTrafficChange('10:20:30', setLondonRates(USUAL_RATES_MBPS)),
      ]),
    )
    expect(others).toEqual([])
    expect(formatDetectedEventAsLine(event as DetectedEvent)).toBe(
      'green_but_dead ckt-lon AzurePrivatePeering [10:00:25, 10:01:28] to [10:20:24, 10:21:27] critical',
    )
    // bit rates confirm the event as soon as the bit rates are complete
    expect(event?.detectedAt).toBe(parseTimeOfSimulatedDay('10:07:27'))
    expect(event?.causes[0]).toMatchObject({ class: 'forwarding_fault', confidence: 0.5 })
    expect(event?.evidence.map(({ field }) => field)).toEqual([
      'primary path bitsInPerSecond',
      'primary path bitsOutPerSecond',
      'secondary path bitsInPerSecond',
      'secondary path bitsOutPerSecond',
    ])
  })

  it('is major while the other path moves, and takes the redundancy with it', async () => {
    const engine = await runTestTimeline(
      createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', setRatesOfOnePath('secondary', KEEPALIVE_ONLY_RATES_MBPS)),
        createScheduledTrafficChange('10:20:30', setRatesOfOnePath('secondary', USUAL_RATES_MBPS)),
      ]),
    )
    const events = engine.events.map((event) => `${formatDetectedEventAsLine(event)}${event.partOf ? ' part' : ''}`)
    expect(events).toEqual([
      'green_but_dead ckt-lon AzurePrivatePeering/secondary [10:00:25, 10:01:28] to [10:20:24, 10:21:27] major',
      'redundancy_lost ckt-lon AzurePrivatePeering [10:00:25, 10:01:28] to [10:20:24, 10:21:27] major part',
      'redundancy_restored ckt-lon AzurePrivatePeering [10:20:24, 10:21:27] info part',
    ])
  })

  it('is a step less severe where only the last day is known', async () => {
    const unsure = { bps: 150 * BITS_PER_MEGABIT, confidence: 'low' as const }
    const path = { in: unsure, out: unsure }
    const world = createChangedWorldFactory(meteredT2, (w) =>
      w.traffic.baselines.set(
        'ckt-lon',
        createTrafficBaselineOfRates(150, 90, { paths: { primary: path, secondary: path } }),
      ),
    )
    const [event] = await reported(
      createTrafficTimeline([createScheduledTrafficChange('10:00:30', setLondonRates(KEEPALIVE_ONLY_RATES_MBPS))], {
        world,
      }),
    )
    expect(event).toMatchObject({ severity: 'major', flags: ['by_bytes', 'low_confidence'] })
  })

  it('waits for a full window after the session came up', async () => {
    const [event] = await reported(
      createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', (w, t) => {
          endSimulatedCustomerSession(w, 'ckt-lon', 'primary')
          setRatesOfOnePath('primary', KEEPALIVE_ONLY_RATES_MBPS)(w, t)
        }),
        createScheduledTrafficChange('10:20:30', (w, t) => startSimulatedCustomerSession(w, 'ckt-lon', 'primary', t)),
      ]),
    )
    expect(event?.started.earliest).toBeGreaterThanOrEqual(parseTimeOfSimulatedDay('10:20:28'))
    expect(event?.detectedAt).toBeGreaterThanOrEqual(parseTimeOfSimulatedDay('10:25:30'))
  })

  it('waits for a full window after announced work, of which no poll says that it is over', async () => {
    const work = { id: 'w', title: 'Work', announcedBy: 'operator' as const, scopes: ['ckt-lon'], paths: [] }
    const until = parseTimeOfSimulatedDay('10:20:10')
    const world = createChangedWorldFactory(
      meteredT2,
      (w) => void w.maintenance.push({ ...work, from: parseTimeOfSimulatedDay('9:55'), to: until }),
    )
    const [event] = await reported(
      createTrafficTimeline([createScheduledTrafficChange('10:00:30', setLondonRates(KEEPALIVE_ONLY_RATES_MBPS))], {
        world,
      }),
    )
    expect(event?.detectedAt).toBe(parseTimeOfSimulatedDay('10:25:27'))
  })

  it('is not reported while bytes come back, however long they had stood still before', async () => {
    const engine = await runTestTimeline(
      createTrafficTimeline([
        createScheduledTrafficChange('10:00:30', (w, t) => {
          endSimulatedCustomerSession(w, 'ckt-lon', 'primary')
          setRatesOfOnePath('primary', KEEPALIVE_ONLY_RATES_MBPS)(w, t)
        }),
        createScheduledTrafficChange('10:20:30', (w, t) => {
          startSimulatedCustomerSession(w, 'ckt-lon', 'primary', t)
          setRatesOfOnePath('primary', USUAL_RATES_MBPS)(w, t)
        }),
      ]),
    )
    expect(ofKind(engine, 'green_but_dead')).toEqual([])
    expect(ofKind(engine, 'one_way_traffic')).toEqual([])
  })
})

describe('one_way_traffic', () => {
  it('is found when the window is full, and ends when both directions move', async () => {
    const engine = await runTestTimeline(
      createTrafficTimeline(
        [
          createScheduledTrafficChange('10:00:30', setLondonRates({ in: KEEPALIVE_ONLY_RATES_MBPS.in, out: 84 })),
          createScheduledTrafficChange('10:30:30', setLondonRates(USUAL_RATES_MBPS)),
        ],
        { world: busyT2 },
      ),
    )
    const [event] = ofKind(engine, 'one_way_traffic')
    expect(formatDetectedEventAsLine(event as DetectedEvent)).toBe(
      'one_way_traffic ckt-lon AzurePrivatePeering [10:00:25, 10:01:28] to [10:30:24, 10:31:27] major',
    )
    expect(event?.detectedAt).toBe(parseTimeOfSimulatedDay('10:06:27'))
    expect(event?.flags).toEqual(['no_bytes_in'])
  })
})

describe('bandwidth_high', () => {
  it('rises from a warning, and ends after a quarter of an hour below', async () => {
    const engine = await runTestTimeline(
      createTrafficTimeline(
        [
          createScheduledTrafficChange('9:45:30', setRatesOfOnePath('primary', { in: 850, out: 120 })),
          createScheduledTrafficChange('10:10:30', setRatesOfOnePath('primary', { in: 980, out: 120 })),
          createScheduledTrafficChange('10:20:30', setRatesOfOnePath('primary', USUAL_RATES_MBPS)),
        ],
        { to: '11:00' },
      ),
    )
    const [event] = ofKind(engine, 'bandwidth_high')
    expect(formatDetectedEventAsLine(event as DetectedEvent)).toBe(
      'bandwidth_high ckt-lon AzurePrivatePeering/primary [09:45:10, 09:46:27] to [10:19:25, 10:20:48] major',
    )
    expect(event?.flags).toEqual(['in'])
  })
})
