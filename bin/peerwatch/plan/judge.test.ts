import { describe, expect, it } from 'vitest'
import { commands } from '#lib/api/index.ts'
import type { PlanAnswer } from '#lib/plan/api/index.ts'
import type { PlanFile } from '#lib/plan/rules/read/plan.ts'
import { UsageError } from '../moment.ts'
import { findingsOf, planMeasures, planThresholds, stateOfPlan } from './judge.ts'
import { markdownReport, sarifReport } from './report.ts'

const counts = { stays: 4, moves: 0, covered: 0, default_only: 0, internet: 0, stranded: 0, unknown: 0 }
const answer = (own: Partial<PlanAnswer> = {}): PlanAnswer =>
  commands.checkPlan.response.shape.data.parse({
    terms: [{ words: 'er is deleted', id: 'er', name: 'er' }],
    unknown: [],
    refused: [],
    counts,
    prefixes: [],
    names: {},
    overlaps: [],
    load: [],
    limits: [],
    cost: null,
    checks: [],
    mended: [],
    downtime: [],
    notModelled: [],
    ...own,
  })
const read = (own: Partial<PlanFile> = {}): PlanFile => ({
  format: 'terms',
  terms: [{ at: 'entry 1', term: { kind: 'delete', resource: 'er' } }],
  unknown: [],
  without: 0,
  ...own,
})
const down = (own: Partial<PlanAnswer['downtime'][number]>) => ({
  term: 0,
  sessions: 2,
  atLeastSeconds: 0,
  atMostSeconds: 60,
  comesBack: true,
  words: '',
  source: null,
  ...own,
})

describe('reports', () => {
  const findings = findingsOf(
    read({ unknown: [{ at: 'x|y', attribute: null, why: 'a *b*' }] }),
    answer(),
    planThresholds({}),
  )
  const report = { file: 'plans/a b.json', state: stateOfPlan(findings), findings, read: read(), answer: answer() }

  /** @source SARIF 2.1.0: what is required of sarifLog, run, toolComponent, result and artifactLocation */
  it('SARIF has what its schema asks for, and each result a rule of the list', () => {
    const rules = { ...planMeasures, unknown: 'x' }
    const log = sarifReport(report, rules) as {
      version: string
      runs: {
        tool: { driver: { name: string; rules: { id: string; shortDescription: { text: string } }[] } }
        results: {
          ruleId: string
          ruleIndex: number
          level: string
          message: { text: string }
          locations: { physicalLocation: { artifactLocation: { uri: string } } }[]
        }[]
      }[]
    }
    const [run] = log.runs
    expect(log.version).toBe('2.1.0')
    expect(new Set(run?.tool.driver.rules.map(({ id }) => id)).size).toBe(Object.keys(rules).length)
    expect(run?.results).toHaveLength(1)
    for (const { ruleId, ruleIndex, level, message, locations } of run?.results ?? []) {
      expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId)
      expect(['none', 'note', 'warning', 'error']).toContain(level)
      expect(message.text).not.toBe('')
      expect(locations[0]?.physicalLocation.artifactLocation.uri).toBe('plans/a%20b.json')
    }
  })

  it('Markdown keeps its tables whatever a plan names', () => {
    const lines = markdownReport(report).split('\n')
    expect(lines[0]).toBe('<!-- peerwatch plan -->')
    expect(lines).toContain(String.raw`| unknown | unknown | x\|y | a \*b\* |`)
  })
})
