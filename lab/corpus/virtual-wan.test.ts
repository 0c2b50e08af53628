import { describe, expect, it } from 'vitest'
import { corpusScenarios } from './corpus.ts'
import { listScenarioDeviations, formatDeviation } from './deviations.ts'
import { findKnownGaps } from './known-gaps.ts'
import { runCorpusScenario } from './run.ts'
import { scoreScenarioRun } from './score.ts'
import { compareOnVirtualWan, rebuildOnVirtualWan } from './virtual-wan.ts'

/** Scenarios of VPN gateways: lost devices, tunnels, BGP and instances. virtual-wan.long.test.ts plays 45 scenarios. */
const PLAYED = ['S30', 'S106', 'S292', 'S293', 'S991']

describe('an estate that is rebuilt on Virtual WAN', () => {
  it.each(PLAYED)('has the events of gateways in virtual networks, and no others: %s', async (id) => {
    const scenario = corpusScenarios.find((one) => one.id === id)
    const rebuilt = scenario && rebuildOnVirtualWan(scenario)
    if (!rebuilt) throw new Error(`${id} cannot be rebuilt`)
    const { before, missed, falseEvents } = await compareOnVirtualWan(scenario, rebuilt, 300_000)
    expect(before.length).toBeGreaterThan(0)
    expect(missed).toEqual([])
    expect(falseEvents).toEqual([])
  })

  it.each(['S905', 'S906', 'S907', 'S908', 'S909'])('raises what the branches of a hub require: %s', async (id) => {
    const scenario = corpusScenarios.find((one) => one.id === id)
    if (!scenario) throw new Error(`there is no ${id}`)
    const played = await runCorpusScenario(scenario, 60_000)
    const known = findKnownGaps(60).filter((gap) => gap.scenario === id)
    expect(listScenarioDeviations(played, scoreScenarioRun(played)).map(formatDeviation)).toEqual(
      known.map((gap) => formatDeviation({ kind: '', ...gap })),
    )
  })

  it('ends the default routes of a gateway and of a hub by their own tables, although both are of one circuit', async () => {
    const scenario = corpusScenarios.find(({ id }) => id === 'S613')
    if (!scenario) throw new Error('there is no S613')
    const { events } = await runCorpusScenario(scenario, 60_000)
    const ofDefault = events.filter(({ kind }) => kind.startsWith('default_route'))
    expect(ofDefault).toHaveLength(4)
    expect(ofDefault.filter(({ ended }) => ended === null)).toEqual([])
    expect(new Set(ofDefault.map(({ partOf }) => partOf)).size).toBe(3)
  })

  it('is not rebuilt if it has a hub already', () => {
    const scenario = corpusScenarios.find(({ id }) => id === 'S330')
    expect(scenario && rebuildOnVirtualWan(scenario)).toBeNull()
  })
})
