import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runCorpusScenario } from './run.ts'
import { readScenarios } from './text/read.ts'

/** Adverse events about routes, and their consequences. None of them may follow from a missing or partial response. */
const OF_ROUTES: ReadonlySet<string> = new Set([
  'no_path',
  'mass_withdraw',
  'failover',
  'best_path_shift',
  'ecmp_reduced',
  'default_route_disappeared',
  'site_state_changed',
  'gateway_isolated',
  'circuit_down',
])

const INSTANCES = ['10.0.4.12', '10.0.4.13']
const REFUSALS = ['403', '404', '503', '500', '429', 'null', 'failed']
const WHOLE = ['*', 'circuit', 'gateway.peers', 'gateway.learned', 'circuit.summary', 'circuit.routes', 'circuit.arp']

/** Begin in seconds after 10:00:00, and duration in seconds. */
const span = fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 30, max: 900 }))
const clock = (seconds: number) => new Date(10 * 3_600_000 + seconds * 1_000).toISOString().slice(11, 19)
const during = ([from, length]: [number, number], what: string) =>
  `${clock(from)} ${what} until ${clock(from + length)}`

/** A source, or all sources of a resource or subscription, that Azure refuses. */
const refusal = fc
  .tuple(
    span,
    fc.constantFrom(...REFUSALS),
    fc.constantFrom(...WHOLE),
    fc.constantFrom('', ' resource=ckt-lon', ' resource=ergw-hub'),
  )
  .map(([at, fault, operation, of]) => during(at, `api-fault ${fault} ${operation}${of}`))
/** A circuit whose polls Azure has always refused, because its subscription never granted access. */
const closed = fc
  .tuple(fc.constantFrom('401', '403', '404'), fc.constantFrom('ckt-lon', 'ckt-ams'))
  .map(([fault, circuit]) => `earlier api-fault ${fault} circuit resource=${circuit}`)
/** Tables of one instance that are missing, or are empty. */
const partial = fc
  .tuple(span, fc.constantFrom(...INSTANCES), fc.constantFrom('missing-instance', 'null'))
  .map(([at, instance, fault]) => during(at, `api-fault ${fault} gateway.learned instance=${instance}`))
/** One session of one instance is down for seconds, while the other instance and the neighbor stay up. */
const flap = fc
  .tuple(
    fc.integer({ min: 0, max: 600 }),
    fc.constantFrom(...INSTANCES),
    fc.constantFrom('10.0.4.4', '10.0.4.5', '10.0.4.6'),
  )
  .map(
    ([from, instance, neighbor]) =>
      `${clock(from)} session-loss ergw-hub ${instance}~${neighbor} until ${clock(from + 15)}`,
  )

const happenings = fc
  .tuple(
    fc.array(closed, { maxLength: 1 }),
    fc.array(refusal, { maxLength: 3 }),
    fc.array(partial, { maxLength: 1 }),
    fc.array(flap, { maxLength: 1 }),
  )
  .map((all) => all.flat())
  .filter((all) => all.length > 0)

async function adverse(topology: string, lines: readonly string[], everySeconds: number): Promise<string[]> {
  const head = ['scenario S999 collector: Made', `run ${topology} from 09:55:00 to 10:30:00`]
  const [scenario] = readScenarios(`${[...head, ...lines].join('\n  ')}\n`, 'made')
  if (!scenario) throw new Error('nothing was read')
  const { events } = await runCorpusScenario(scenario, everySeconds * 1_000)
  const said = events.filter(({ kind, severity }) => OF_ROUTES.has(kind) && severity !== 'info')
  return said.map(({ kind, scope, subject }) => `${kind} ${scope} ${subject}`)
}

describe('a source that fails, beside one session that is away for 15 s', () => {
  it('makes no adverse event of routes', async () => {
    const estates = fc.constantFrom('T2', 'T3', 'T2v')
    await fc.assert(
      fc.asyncProperty(estates, happenings, fc.constantFrom(20, 60, 120), async (topology, lines, every) => {
        expect(await adverse(topology, lines, every)).toEqual([])
      }),
      { numRuns: 4 },
    )
  })

  it('nor do routes that go with their neighbor, while its sessions are late', async () => {
    const lines = [
      '10:02:07 session-loss ergw-hub ~10.0.4.4 until 10:03:37',
      '10:01:20 api-fault 429 gateway.peers until 10:05:00',
    ]
    expect(await adverse('T2', lines, 20)).toEqual([])
  })

  it('and what is withdrawn while sessions are late is reported once they are read', async () => {
    const lines = ['10:02:07 withdraw ckt-lon site=dc-a', '10:01:20 api-fault 429 gateway.peers until 10:05:00']
    expect(await adverse('T2', lines, 20)).toContain('mass_withdraw ckt-lon 10.0.4.4,10.0.4.5')
  })

  it('hides none either: what is truly withdrawn beside it is reported', async () => {
    const lines = ['earlier api-fault 403 circuit resource=ckt-ams', '10:02:00 withdraw ckt-lon site=dc-a']
    expect(await adverse('T2', lines, 60)).not.toEqual([])
  })
})

describe('paths of which most polls are throttled while both are cut', () => {
  it('end when a reading of after their fall shows them up, and not within the bounds in which they fell', async () => {
    const lines = [
      '10:00:23 cut-path ckt-lon/both until 10:00:58',
      '10:00:36 api-fault 429 circuit.summary until 10:01:50',
      '10:00:27 api-fault 429 circuit.stats until 10:01:02',
    ]
    const head = ['scenario S999 collector: Made', 'run T2 from 09:59:00 to 10:04:00']
    const [scenario] = readScenarios(`${[...head, ...lines].join('\n  ')}\n`, 'made')
    if (!scenario) throw new Error('nothing was read')
    const { events } = await runCorpusScenario(scenario, 10_000)
    const losses = events.filter(({ kind }) => kind === 'path_down' || kind === 'circuit_down')
    expect(losses.map(({ kind }) => kind).toSorted()).toEqual(['circuit_down', 'path_down', 'path_down'])
    const at = (time: string) => scenario.start + Date.parse(`1970-01-01T${time}Z`) - Date.parse('1970-01-01T09:59:00Z')
    for (const { kind, ended } of losses) {
      // bytes pass again from 10:00:58, and sessions are up again from about 10:01:08
      expect(ended?.latest, kind).toBeGreaterThanOrEqual(at('10:00:58'))
      expect(ended?.earliest, kind).toBeLessThanOrEqual(at('10:01:12'))
    }
  })
})
