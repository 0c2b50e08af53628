import { describe, expect, it } from 'vitest'
import type { FailoverTimes } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { corpusScenarios } from './corpus.ts'
import { findFailoverTruth, findFailoverContradictions } from './failover-truth.ts'
import { runCorpusScenario, createScenarioWorld } from './run.ts'
import { parseCorpusTime, type CorpusScenario } from './scenario.ts'

function named(id: string): CorpusScenario {
  const scenario = corpusScenarios.find((one) => one.id === id)
  if (!scenario) throw new Error(`there is no ${id}`)
  return scenario
}

describe('the truth of a failover', () => {
  it.each([
    // fibre of both paths cut at 10:00:30, and detected by BFD a second later; bytes move when the gateway changes its
    // best path
    ['S03', 'ckt-lon', 'ckt-ams', '10:00:33', { F: '10:00:30', S: '10:00:31', B: '10:00:31' }],
    // withdrawn at 14:00:20, and learned 17 s later, while all sessions stay up
    ['S28', 'ckt-lon', 'ckt-ams', '14:00:37', { F: '14:00:20', S: null, B: '14:00:37' }],
  ] as const)('%s', (id, from, to, rerouted, { F, S, B }) => {
    const truth = findFailoverTruth(createScenarioWorld(named(id)), from, to, parseCorpusTime(rerouted))
    expect(truth.sessionEnds).toBe(S === null ? null : parseCorpusTime(S))
    expect(Math.abs((truth.forwardingEnds ?? 0) - parseCorpusTime(F))).toBeLessThanOrEqual(MS_PER_SECOND)
    expect(Math.abs((truth.forwardingResumes ?? 0) - parseCorpusTime(B))).toBeLessThanOrEqual(MS_PER_SECOND)
  })
})

describe('a recorded failover', () => {
  it.each([
    ['S03', 'failover', '10:00:33'],
    ['S28', 'best_path_shift', '14:00:37'],
  ] as const)(
    'of %s, polled every minute, contains it and proves neither that 20 s were kept nor that they were not',
    async (id, kind, rerouted) => {
      const { events, world } = await runCorpusScenario(named(id), 60 * MS_PER_SECOND)
      const event = events.find((one) => one.kind === kind && one.subject === 'ckt-lon > ckt-ams')
      if (!event) throw new Error('no event has a failover')
      const truth = findFailoverTruth(world, 'ckt-lon', 'ckt-ams', parseCorpusTime(rerouted))
      expect(findFailoverContradictions(event, truth)).toEqual([])
      expect(event.failover?.expectations[0]).toMatchObject({ class: 'withdrawal', verdict: 'not_provable' })
      const failover = event.failover as FailoverTimes
      const later = { ...failover, dataPlane: { minMs: 90 * MS_PER_SECOND, maxMs: 100 * MS_PER_SECOND } }
      expect(findFailoverContradictions({ ...event, failover: later }, truth)).toHaveLength(1)
      const wrong = {
        ...failover,
        expectations: [{ class: 'withdrawal' as const, budgetMs: 0, verdict: 'within' as const }],
      }
      expect(findFailoverContradictions({ ...event, failover: wrong }, truth)).toHaveLength(1)
    },
  )
})
