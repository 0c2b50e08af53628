import { describe, expect, it } from 'vitest'
import type { TimestampBounds } from '#lib/contract/index.ts'
import { runCorpusScenario } from './run.ts'
import { parseCorpusTime } from './scenario.ts'
import { readScenario } from './text/read.ts'

/**
 * Time at which the active instance of an active-standby gateway disappears. Bytes stop with its only session and
 * resume with it.
 */
const GONE = '03:00:20'
/** Maximum delay in milliseconds between the session and the bytes, which follow the gateway's routes. */
const ROUTES_MS = 5_000

const switchedBack = (until: string) =>
  readScenario(`
scenario S999 fault: An instance switch
  run TV from 02:30:00 to 03:45:00
  also connection
  ${GONE} session-loss vpngw-hub ~10.200.0.1 until ${until}
`)

describe('a switch between the instances of an active-standby gateway', () => {
  it.each<[string, number, string, boolean, 'exceeded' | 'not_provable']>([
    ['03:00:32', 60, 'session_flap', false, 'not_provable'],
    ['03:00:32', 10, 'gateway_isolated', false, 'not_provable'],
    ['03:03:40', 60, 'gateway_isolated', true, 'exceeded'],
    ['03:03:40', 10, 'gateway_isolated', true, 'exceeded'],
  ])('until %s, polled every %d s: a %s, bytes counted %s, %s', async (until, seconds, kind, isCounted, verdict) => {
    const { events } = await runCorpusScenario(switchedBack(until), seconds * 1_000)
    const switched = events.filter(({ failover }) => failover)
    expect(switched.map((event) => event.kind)).toEqual([kind])
    const [{ failover } = {}] = switched
    if (!failover) throw new Error('no event has a failover')
    const [gone, back] = [parseCorpusTime(GONE), parseCorpusTime(until)]
    const holds = (bounds: TimestampBounds | null, earliest: number, latest = earliest) =>
      expect([(bounds?.earliest ?? Infinity) <= earliest, (bounds?.latest ?? -Infinity) >= latest]).toEqual([
        true,
        true,
      ])
    holds(failover.sessionEnds, gone)
    holds(failover.rerouted, back)
    expect(failover.controlPlane?.minMs).toBeLessThanOrEqual(back - gone)
    expect(failover.controlPlane?.maxMs).toBeGreaterThanOrEqual(back - gone)
    expect(failover.forwardingEnds !== null && failover.forwardingResumes !== null).toBe(isCounted)
    if (isCounted) {
      holds(failover.forwardingEnds, gone)
      holds(failover.forwardingResumes, back, back + ROUTES_MS)
      expect(failover.dataPlane?.minMs).toBeLessThanOrEqual(back - gone)
      expect(failover.dataPlane?.maxMs).toBeGreaterThanOrEqual(back + ROUTES_MS - gone)
    }
    expect(failover.expectations.map((one) => one.verdict)).toEqual([verdict, verdict])
  })
})
