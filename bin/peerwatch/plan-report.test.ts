import { describe, expect, it } from 'vitest'
import { allApiCommands } from '#lib/api/index.ts'
import type { PlanCheckResponse } from '#lib/plan/api/index.ts'
import { type PlanFile, PlanFileError } from '#lib/plan/api/file/plan-file.ts'
import {
  findPlanFindings,
  plannedEffectMeasures,
  mergePlanThresholds,
  judgePlanState,
} from '#lib/plan/api/plan-findings.ts'
import { formatMarkdownReport, formatPlanHeadline } from '#lib/plan/api/plan-report.ts'
import { formatSarifReport } from './plan-report.ts'

const counts = { stays: 4, moves: 0, covered: 0, default_only: 0, internet: 0, stranded: 0, unknown: 0 }
const answer = (own: Partial<PlanCheckResponse> = {}): PlanCheckResponse =>
  allApiCommands.checkPlan.response.shape.data.parse({
    terms: [{ words: 'er is deleted', id: 'er', name: 'er' }],
    unknown: [],
    refused: [],
    oneWay: [],
    old: [],
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
    hubTables: [],
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
const down = (own: Partial<PlanCheckResponse['downtime'][number]>) => ({
  term: 0,
  sessions: 2,
  unknownSessions: 0,
  atLeastSeconds: 0,
  atMostSeconds: 60,
  comesBack: true,
  words: '',
  source: null,
  ...own,
})

const line = (amount: string) => ({
  what: 'a',
  difference: { atLeast: { amount: '0', currency: 'EUR' }, atMost: { amount, currency: 'EUR' } },
  unknownBecause: null,
})
const check = (after: 'fail' | 'unknown'): PlanCheckResponse['checks'][number] => ({
  id: after,
  kind: 'two_locations',
  name: 'x',
  subject: 'er',
  resourceId: 'er',
  severity: after === 'fail' ? 'critical' : 'minor',
  before: 'pass',
  after,
  reason: '',
  remedy: '',
  source: '',
})
const unmeasured: PlanCheckResponse['load'][number] = {
  circuitId: 'er',
  peering: 'private',
  path: 'primary',
  direction: 'in',
  p95BitsPerSecond: null,
  sumOfP95: null,
  ownP95: null,
  bandwidthMbps: 1_000,
  share: null,
  method: 'too_few_samples',
}
const counted = (own: Partial<PlanCheckResponse['counts']>) => ({ counts: { ...counts, ...own } })
const lasting = (own: Parameters<typeof down>[0]) => ({ downtime: [down(own)] })

describe('a plan against thresholds', () => {
  const part = { unknown: [{ at: 'a.b', attribute: 'c', why: 'x' }] }
  const cost = [line('80'), line('30')]
  const brief = { fail: { downSeconds: 30 } }
  type Case = [
    string,
    of: Partial<PlanCheckResponse>,
    file: Partial<PlanFile>,
    given: object,
    state: string,
    ...string[],
  ]
  it.each<Case>([
    ['nothing happens', {}, {}, {}, 'ok'],
    ['something moves', counted({ moves: 3 }), {}, {}, 'ok'],
    ['more than may', counted({ moves: 3 }), {}, { fail: { moves: 2 } }, 'critical', 'moves'],
    ['as many as may', counted({ moves: 3 }), {}, { fail: { moves: 3 } }, 'ok'],
    ['it strands', counted({ stranded: 1 }), {}, {}, 'critical', 'stranded'],
    ['and may', counted({ stranded: 1 }), {}, { fail: { stranded: null } }, 'ok'],
    ['a default is left', counted({ default_only: 1 }), {}, {}, 'warning', 'defaultOnly'],
    ['the unknown before', counted({ default_only: 1, unknown: 2 }), {}, {}, 'unknown', 'unknown', 'defaultOnly'],
    ['a failure before', counted({ stranded: 1 }), part, {}, 'critical', 'stranded', 'unknown'],
    ['sessions end', lasting({ comesBack: false, atMostSeconds: null }), {}, {}, 'warning', 'lostSessions'],
    ['it takes long', lasting({}), {}, brief, 'critical', 'downSeconds'],
    ['nobody knows how long', lasting({ atMostSeconds: null }), {}, brief, 'unknown', 'downSeconds'],
    [
      'as many sessions end as may, and others may',
      lasting({ comesBack: false, sessions: 0, unknownSessions: 2 }),
      {},
      {},
      'unknown',
      'lostSessions',
    ],
    [
      'more sessions end than may, and others may',
      lasting({ comesBack: false, unknownSessions: 2 }),
      {},
      { fail: { lostSessions: 1 } },
      'critical',
      'lostSessions',
    ],
    [
      'sessions that may end, where nothing is judged',
      lasting({ comesBack: false, sessions: 0, unknownSessions: 2 }),
      {},
      { warn: { lostSessions: null } },
      'ok',
    ],
    ['a path that takes traffic is not measured', { load: [unmeasured] }, {}, {}, 'unknown', 'filledShare'],
    [
      'a path is full beside it',
      { load: [unmeasured, { ...unmeasured, share: 1.2 }] },
      {},
      {},
      'critical',
      'filledShare',
    ],
    ['it can not be taken back', { oneWay: [{ term: 0, why: 'x', source: '' }] }, {}, {}, 'warning', 'oneWay'],
    ['a check becomes unknown', { checks: [check('unknown')] }, {}, {}, 'unknown', 'failing'],
    [
      'a check fails beside it',
      { checks: [check('unknown'), check('fail')] },
      {},
      {},
      'critical',
      'failingCritical',
      'failing',
    ],
    ['no session', lasting({ sessions: 0, atMostSeconds: null }), {}, brief, 'ok'],
    ['it costs more', { cost }, {}, { warn: { monthlyCost: 100 } }, 'warning', 'monthlyCost'],
    ['it costs less', { cost }, {}, { warn: { monthlyCost: 110 } }, 'ok'],
    [
      'it costs as much as it may, in cents',
      { cost: [line('0.10'), line('0.20')] },
      {},
      { warn: { monthlyCost: 0.3 } },
      'ok',
    ],
    ['hidden cost', { cost: null }, {}, { warn: { monthlyCost: 100 } }, 'unknown', 'monthlyCost'],
    ['refused', { refused: [{ term: 0, why: 'x', source: '' }] }, {}, {}, 'critical', 'refused'],
    ['nobody knows a part', {}, part, {}, 'unknown', 'unknown'],
    ['a part of no interest', {}, part, { ignore: ['a.*'] }, 'ok'],
  ])('%s', (_, of, file, given, state, ...rules) => {
    const findings = findPlanFindings(read(file), answer(of), mergePlanThresholds(given))
    expect([judgePlanState(findings), findings.map(({ rule }) => rule)]).toEqual([state, rules])
  })

  it('names measures that there are not', () => {
    expect(() => mergePlanThresholds({ fail: { strands: 0 } })).toThrow(PlanFileError)
  })
})

describe('reports', () => {
  const findings = findPlanFindings(
    read({ unknown: [{ at: 'x|y', attribute: null, why: 'a *b*' }] }),
    answer(),
    mergePlanThresholds({}),
  )
  const whole = {
    file: 'plans/a b.json',
    state: judgePlanState(findings),
    findings,
    read: read(),
    answer: answer(),
    failure: null,
    asOf: null,
    freshness: null,
  }

  /** @source SARIF 2.1.0: required members of sarifLog, run, toolComponent, result and artifactLocation */
  it('SARIF has what its schema asks for, and each result a rule of the list', () => {
    const rules = { ...plannedEffectMeasures, unknown: 'x' }
    const log = formatSarifReport(whole, rules)
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

  it('count a prefix of several tables once, and print costs from low to high', () => {
    const euros = (amount: string) => ({ amount, currency: 'EUR' })
    const row: PlanCheckResponse['prefixes'][number] = {
      side: 'azure',
      scope: 'gw',
      scopeName: 'gw',
      site: null,
      prefix: '10.1.0.0/16',
      firstAddress: '10.1.0.0',
      outcome: 'stranded',
      before: [],
      after: [],
      matchBefore: '10.1.0.0/16',
      matchAfter: null,
      reduced: false,
      basis: null,
    }
    const report = {
      ...whole,
      answer: answer({
        prefixes: [row, { ...row, scope: 'hub' }, { ...row, prefix: '10.2.0.0/16', outcome: 'internet' }],
        cost: [{ what: 'er', difference: { atLeast: euros('-90'), atMost: euros('-10') }, unknownBecause: null }],
      }),
    }
    expect(formatPlanHeadline(report)).toBe(
      'plans/a b.json has unknown parts: 1 prefix cut off, 1 to the Internet (1 change)',
    )
    expect(formatMarkdownReport(report)).toContain('-90 to -10 EUR a month')
  })

  it('Markdown keeps its tables whatever a plan names', () => {
    const lines = formatMarkdownReport(whole).split('\n')
    expect(lines[0]).toBe('<!-- peerwatch plan -->')
    expect(lines).toContain(String.raw`| unknown | unknown | x\|y | a \*b\* |`)
  })
})
