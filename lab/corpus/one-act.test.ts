import { expect, it } from 'vitest'
import { corpusScenarios } from './corpus.ts'
import { runAndScoreScenarios } from './measure.ts'
import { createRunWithProfile } from './operation-times.ts'
import { runCorpusScenario } from './run.ts'
import { parseCorpusTime } from './scenario.ts'
import { readScenarios } from './text/read.ts'

const LOSSES = new Set(['path_down', 'circuit_down', 'redundancy_lost'])
const [DISABLED, ENABLED] = [parseCorpusTime('10:01:00'), parseCorpusTime('10:06:00')]

it.each(
  ['S750', 'S751', 'S791'].flatMap((id) =>
    [runCorpusScenario, createRunWithProfile('azure')].map((play, n) => ({ id, play, n })),
  ),
)(
  '$id, timetable $n: a disabled peering is one loss of each path, which lasts until the peering is back',
  async ({ id, play }) => {
    const scenario = corpusScenarios.find((one) => one.id === id)
    if (!scenario) throw new Error(`there is no ${id}`)
    const { events } = await play(scenario, 60_000)
    const losses = events.filter(({ kind, started }) => LOSSES.has(kind) && started.latest <= ENABLED + 180_000)
    const named = losses.map(({ kind, subject }) => `${kind} ${subject}`)
    expect(named).toEqual([...new Set(named)])
    for (const { started, ended } of losses) {
      expect(started.earliest).toBeLessThan(DISABLED)
      expect(ended?.latest).toBeGreaterThanOrEqual(ENABLED)
    }
  },
)

it.each([runCorpusScenario, createRunWithProfile('azure')].map((play, n) => ({ play, n })))(
  'S820, timetable $n: a connection that is created again ends everything that its deletion began, in an incident no graver than its events',
  async ({ play }) => {
    const scenario = corpusScenarios.find((one) => one.id === 'S820')
    if (!scenario) throw new Error('there is no S820')
    const { events, incidents } = await play(scenario, 60_000)
    const back = parseCorpusTime('10:10:44')
    expect(events.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['mass_withdraw', 'site_state_changed', 'n1_stranding', 'failover']),
    )
    for (const { kind, ended } of events) {
      expect({ kind, ended }).toMatchObject({ ended: { latest: expect.any(Number) } })
      if (kind === 'mass_withdraw' || kind === 'site_state_changed' || kind === 'failover') {
        expect(ended?.earliest).toBeLessThanOrEqual(back)
        expect(ended?.latest).toBeGreaterThanOrEqual(back)
      }
    }
    expect(incidents.map(({ ended, severity }) => [ended !== null, severity])).toEqual([[true, 'minor']])
  },
)

const BOTH_PROFILES = [
  'S752',
  'S754',
  'S761',
  'S764',
  'S780',
  'S782',
  'S810',
  'S812',
  'S820',
  'S822',
  'S910',
  'S911',
  'S912',
]

it.each(BOTH_PROFILES)(
  '%s: slow operations of Azure lead to the conclusions that fast operations lead to',
  async (id) => {
    const scenario = corpusScenarios.find((one) => one.id === id)
    if (!scenario) throw new Error(`there is no ${id}`)
    const { deviations } = await runAndScoreScenarios(60, [scenario], createRunWithProfile('azure'))
    // a slow poll gives wider bounds, which must still contain the truth
    expect(deviations.filter(({ says }) => says !== 'wide')).toEqual([])
  },
)

const TABLES_DIFFER = `scenario S930 fault: A path comes back, and the tables of both paths differ from then on
  run T2 from 09:55:00 to 10:30:00
  10:00:30 cut-path ckt-lon/primary until 10:05:30
  10:00:40 prepend ckt-lon/secondary site=dc-a count=1
`

it('an incident ends with its last fault, although a finding of it lasts', async () => {
  const [scenario] = readScenarios(TABLES_DIFFER, 'tables-differ.txt')
  if (!scenario) throw new Error('there is no scenario')
  const { events, incidents } = await runCorpusScenario(scenario, 60_000)
  const own = (kind: string) => events.find((one) => one.kind === kind)
  const incidentOf = (kind: string) => incidents.find(({ key }) => key === own(kind)?.incident)
  expect(own('ecmp_reduced')).toMatchObject({ ended: null, incident: own('path_down')?.incident })
  expect(incidentOf('path_down')?.ended?.latest).toBeLessThan(parseCorpusTime('10:07:00'))
  // a difference between the tables is a separate fault
  expect(own('parity_mismatch')?.incident).not.toBe(own('path_down')?.incident)
  expect(incidentOf('parity_mismatch')?.ended).toBeNull()
})
