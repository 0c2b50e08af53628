import { expect, it } from 'vitest'
import { corpus } from './corpus.ts'
import { runAs } from './operation-times.ts'
import { run } from './run.ts'
import { clock } from './scenario.ts'
import { readScenarios } from './text/read.ts'

const LOSSES = new Set(['path_down', 'circuit_down', 'redundancy_lost'])
const [DISABLED, ENABLED] = [clock('10:01:00'), clock('10:06:00')]

it.each(['S750', 'S751', 'S791'].flatMap((id) => [run, runAs('azure')].map((play, n) => ({ id, play, n }))))(
  '$id, timetable $n: a disabled peering is one loss of each path, which lasts until the peering is back',
  async ({ id, play }) => {
    const scenario = corpus.find((one) => one.id === id)
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

it('S820: a connection that is created again ends everything that its deletion began, although its routes are read before the list', async () => {
  const scenario = corpus.find((one) => one.id === 'S820')
  if (!scenario) throw new Error('there is no S820')
  const { events, incidents } = await run(scenario, 60_000)
  const back = clock('10:10:44')
  expect(events.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['mass_withdraw', 'site_state_changed', 'n1_stranding', 'best_path_shift']),
  )
  for (const { kind, ended } of events) {
    expect({ kind, ended }).toMatchObject({ ended: { latest: expect.any(Number) } })
    if (kind === 'mass_withdraw' || kind === 'site_state_changed' || kind === 'best_path_shift') {
      expect(ended?.earliest).toBeLessThanOrEqual(back)
      expect(ended?.latest).toBeGreaterThanOrEqual(back)
    }
  }
  expect(incidents.map(({ ended }) => ended !== null)).toEqual([true])
})

const TABLES_DIFFER = `scenario S930 fault: A path comes back, and the tables of both paths differ from then on
  run T2 from 09:55:00 to 10:30:00
  10:00:30 cut-path ckt-lon/primary until 10:05:30
  10:00:40 prepend ckt-lon/secondary site=dc-a count=1
`

it('an incident ends with its last fault, although a finding of it lasts', async () => {
  const [scenario] = readScenarios(TABLES_DIFFER, 'tables-differ.txt')
  if (!scenario) throw new Error('there is no scenario')
  const { events, incidents } = await run(scenario, 60_000)
  const own = (kind: string) => events.find((one) => one.kind === kind)
  const incidentOf = (kind: string) => incidents.find(({ key }) => key === own(kind)?.incident)
  expect(own('ecmp_reduced')).toMatchObject({ ended: null, incident: own('path_down')?.incident })
  expect(incidentOf('path_down')?.ended?.latest).toBeLessThan(clock('10:07:00'))
  // tables that differ are a fault of their own
  expect(own('parity_mismatch')?.incident).not.toBe(own('path_down')?.incident)
  expect(incidentOf('parity_mismatch')?.ended).toBeNull()
})
