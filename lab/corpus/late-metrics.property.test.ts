import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { runCorpusScenario } from './run.ts'
import { readScenarios } from './text/read.ts'

/** With reader rights only, byte counters and metrics are the only data about the circuit. */
const READER = [
  '09:50:00 api-fault 403 circuit.summary resource=ckt-lon',
  '09:50:00 api-fault 403 circuit.arp resource=ckt-lon',
  '09:50:00 api-fault 403 circuit.routes resource=ckt-lon',
  '09:50:00 api-fault 403 gateway.peers resource=ergw-hub',
  '09:50:00 api-fault 403 gateway.learned resource=ergw-hub',
]
const OF_COLLECTOR: ReadonlySet<string> = new Set(['collector_error', 'collector_degraded'])
const LONG = 300_000

/** How late points of the availability metrics, or of all metrics, arrive, and from when. */
const delays = fc
  .record({
    reads: fc.constantFrom('missing', 'zero', 'part'),
    most: fc.integer({ min: 0, max: 14 }),
    isEven: fc.boolean(),
    metric: fc.constantFrom('', ' metric=BgpAvailability', ' metric=ArpAvailability'),
    from: fc.constantFrom('09:50', '10:02'),
  })
  .map(
    ({ reads, most, isEven, metric, from }) =>
      `${from}:00 metric-delay ${reads}${metric} least=${isEven ? most : 0}m late=${most}m`,
  )

async function eventsOf(lines: readonly string[], until: string) {
  const head = ['scenario S999 collector: Made', `run T2 from 09:50:00 to ${until}`, 'also metrics']
  const [scenario] = readScenarios(`${[...head, ...READER, ...lines].join('\n  ')}\n`, 'made')
  if (!scenario) throw new Error('no scenario')
  const { events } = await runCorpusScenario(scenario, MS_PER_MINUTE)
  return events.filter(({ kind }) => !OF_COLLECTOR.has(kind))
}

describe('metrics whose newest points are late and revised', () => {
  it('raise no event of a network that is well', { timeout: LONG }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(delays, { minLength: 1, maxLength: 2 }), async (lines) => {
        expect((await eventsOf(lines, '10:35:00')).map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([])
      }),
      { numRuns: 4 },
    )
  })

  it('show a failure once they are complete, within its bounds', { timeout: LONG }, async () => {
    const cut = '10:15:10 cut-path ckt-lon/primary until 10:22:30'
    await fc.assert(
      fc.asyncProperty(delays, async (line) => {
        const events = await eventsOf([line, cut], '10:55:00')
        const downs = events.filter(({ kind }) => kind === 'path_down')
        expect(downs.map(({ subject }) => subject)).toEqual(['AzurePrivatePeering/primary'])
        const [down] = downs
        const clock = (at = 0) => new Date(at).toISOString().slice(11, 19)
        expect(clock(down?.started.earliest) <= '10:15:11').toBe(true)
        expect(clock(down?.started.latest) >= '10:15:11').toBe(true)
        expect(clock(down?.ended?.earliest) <= '10:22:42').toBe(true)
        expect(clock(down?.ended?.latest) >= '10:22:42').toBe(true)
      }),
      { numRuns: 3 },
    )
  })
})
