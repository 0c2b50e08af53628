import { describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { corpusScenarios } from './corpus.ts'
import { listScenarioDeviations } from './deviations.ts'
import { findOwnerContradictions } from './owners.ts'
import { runCorpusScenario } from './run.ts'
import { scoreScenarioRun } from './score.ts'

/** The interval at which the other tests of the test command play the corpus. */
const EVERY_MS = 300_000

describe('what follows from a fault is said to be the fault of', () => {
  it.each([
    ['S370', 'whoever runs the routers, where the links stayed up'],
    ['S371', 'each its own, where two faults happen at a time'],
    ['S27', 'the provider, up to the load on what took over'],
    ['S12', 'Microsoft, where its core lost a neighbor'],
    ['S109', 'nobody, where nothing names who disabled it'],
  ])('%s: %s', async (id) => {
    const scenario = corpusScenarios.find((one) => one.id === id)
    if (!scenario) throw new Error(`there is no ${id}`)
    const played = await runCorpusScenario(scenario, EVERY_MS)
    expect(listScenarioDeviations(played, scoreScenarioRun(played))).toEqual([])
  })
})

describe('an owner that contradicts', () => {
  const event = (key: string, kind: DetectedEvent['kind'], owner: 'provider' | 'onprem' | 'unknown', more = {}) => ({
    key,
    kind,
    scope: 'ckt-lon',
    subject: 's',
    severity: 'major' as const,
    started: { earliest: 0, latest: 1 },
    ended: null,
    duration: null,
    detectedAt: 1,
    evidence: [],
    flags: [],
    causes: [
      {
        class: owner === 'unknown' ? 'unknown_cause' : 'provider_outage',
        owner,
        confidence: 0.7,
        evidence: [],
        nextStep: '',
      },
    ],
    ...more,
  })
  const whole = event('w', 'circuit_down', 'provider')

  it.each([
    ['that of its whole is reported', event('p', 'path_down', 'onprem', { partOf: 'w' }), ['other owner']],
    [
      'nothing, because it has none beside one, too',
      event('p', 'path_down', 'unknown', { partOf: 'w' }),
      ['needless unknown'],
    ],
    ['nothing, being the same, is none', event('p', 'path_down', 'provider', { partOf: 'w' }), []],
    ['nothing, being of a poll, is none', event('p', 'collector_error', 'unknown', { partOf: 'w' }), []],
  ])('%s', (_, part, says) => {
    expect(findOwnerContradictions({ events: [whole, part], incidents: [] }).map((fault) => fault.says)).toEqual(says)
  })

  it('is found in what a recovery ended, too', () => {
    const at = { earliest: 5, latest: 6 }
    const lost = event('l', 'failover', 'provider', { ended: at })
    const back = event('b', 'failback', 'unknown', { started: at, ended: at })
    expect(findOwnerContradictions({ events: [lost, back], incidents: [] })).toEqual([
      { says: 'needless unknown', event: back },
    ])
    expect(findOwnerContradictions({ events: [{ ...lost, causes: [] }, back], incidents: [] })).toEqual([])
  })
})
