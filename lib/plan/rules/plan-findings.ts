import { z } from 'zod'
import { bandTotalsOf, flatBand } from '#lib/cost/api/money-sums.ts'
import type { PlanAnswer } from '../api/index.ts'
import { type PlanFile, PlanFileError } from './read/plan.ts'

/** Measures of a plan's effects, with the text of the finding that is reported if the value is above its threshold. */
export const planMeasures = {
  stranded: 'prefixes are left without a route',
  internet: 'prefixes leave to the Internet',
  defaultOnly: 'prefixes keep a default route alone',
  moves: 'prefixes move to another path',
  filledShare: 'is the fullest share of a path or limit',
  failingCritical: 'critical checks newly fail',
  failing: 'checks newly fail',
  lostSessions: 'sessions do not come back',
  downSeconds: 'seconds sessions may be down while it is applied',
  monthlyCost: 'more a month at the most, in any currency',
  overlaps: 'prefixes of new networks overlap routes',
  refused: 'changes are refused by Azure in place',
  oneWay: 'changes can not be taken back in place',
} as const
type PlanMeasure = keyof typeof planMeasures
const names = Object.keys(planMeasures) as PlanMeasure[]

const limits = z.strictObject(
  Object.fromEntries(names.map((name) => [name, z.number().min(0).nullable().optional()])) as Record<
    PlanMeasure,
    z.ZodOptional<z.ZodNullable<z.ZodNumber>>
  >,
)
const thresholds = z.strictObject({
  fail: limits.default({}),
  warn: limits.default({}),
  ignore: z.array(z.string().min(1)).default([]),
})
type Thresholds = z.output<typeof thresholds>

/**
 * Default thresholds (ADR 0292). A plan passes if no prefix loses all routes, all limits are kept, and no critical
 * check newly fails.
 */
const DEFAULTS: Thresholds = {
  fail: { stranded: 0, internet: 0, filledShare: 1, failingCritical: 0, overlaps: 0, refused: 0 },
  warn: { failing: 0, defaultOnly: 0, lostSessions: 0, oneWay: 0 },
  ignore: [],
}

/**
 * Merges the thresholds of a file with the defaults. A number is the maximum that passes; null disables a measure.
 * @throws PlanFileError if a threshold is unknown or invalid
 */
export function planThresholds(value: unknown): Thresholds {
  const read = thresholds.safeParse(value ?? {})
  if (!read.success) {
    const [first] = read.error.issues
    throw new PlanFileError(`thresholds: ${first?.path.join('.')}: ${first?.message}; measures are ${names.join(', ')}`)
  }
  const { fail, warn, ignore } = read.data
  return { fail: { ...DEFAULTS.fail, ...fail }, warn: { ...DEFAULTS.warn, ...warn }, ignore }
}

/** A reason why a plan does not pass. */
export interface Finding {
  rule: PlanMeasure | 'unknown'
  level: 'fail' | 'warn' | 'unknown'
  words: string
  /** resource or entry of the file that the finding is about; null = the whole plan */
  at: string | null
}

/**
 * Returns the measured values of a plan; null = unknown. For a value that is only a lower bound, `more` is the number
 * of paths, sessions or checks of unknown state.
 */
function measured(answer: PlanAnswer): Record<PlanMeasure, number | null | { atLeast: number; more: number }> {
  const { counts, limits: filled, load, checks, downtime, cost, overlaps, refused, oneWay } = answer
  const countOf = (atLeast: number, more: number) => (more === 0 ? atLeast : { atLeast, more })
  const unsure = checks.filter(({ after }) => after === 'unknown')
  const isCritical = ({ severity }: PlanAnswer['checks'][number]) => severity === 'critical'
  const failing = checks.filter(({ after }) => after === 'fail')
  const touched = downtime.filter(({ sessions, unknownSessions }) => sessions + unknownSessions > 0)
  const brief = touched.filter(({ comesBack }) => comesBack)
  const lasting = touched.filter(({ comesBack }) => !comesBack)
  const most = (values: (number | null)[]) => (values.includes(null) ? null : Math.max(0, ...(values as number[])))
  return {
    stranded: counts.stranded,
    internet: counts.internet,
    defaultOnly: counts.default_only,
    moves: counts.moves,
    filledShare: countOf(
      Math.max(0, ...[...filled, ...load].map(({ share }) => share ?? 0)),
      // paths that take traffic, but whose usage was measured for too short a time to know the share
      load.filter(({ share }) => share === null).length,
    ),
    failingCritical: countOf(failing.filter(isCritical).length, unsure.filter(isCritical).length),
    failing: countOf(failing.length, unsure.length),
    lostSessions: countOf(
      lasting.reduce((sum, { sessions }) => sum + sessions, 0),
      lasting.reduce((sum, { unknownSessions }) => sum + unknownSessions, 0),
    ),
    downSeconds: most(brief.map(({ atMostSeconds }) => atMostSeconds)),
    monthlyCost: costOf(cost),
    overlaps: overlaps.length,
    refused: refused.length,
    oneWay: oneWay.length,
  }
}

/**
 * Returns the largest possible cost increase of all currencies as a number, without conversion; null if a part of the
 * cost is unknown.
 */
function costOf(cost: PlanAnswer['cost']): number | null {
  if (cost === null || cost.some(({ difference }) => difference === null)) return null
  const most = cost.flatMap(({ difference }) => difference?.atMost ?? [])
  return Math.max(0, ...bandTotalsOf(most.map(flatBand)).map(({ p90 }) => Number(p90.amount)))
}

/**
 * Reports whether a pattern of `ignore` matches an entry of the file or one of its attributes. An asterisk matches any
 * text.
 */
const isIgnored = (at: string, attribute: string | null, patterns: readonly string[]) =>
  patterns.some((pattern) => {
    const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')
    const matches = new RegExp(`^${escaped}$`, 'i')
    return matches.test(at) || (attribute !== null && matches.test(`${at} ${attribute}`))
  })

/** Returns the unknown parts of a file, except those that the thresholds ignore. */
const unknownOf = (read: PlanFile, { ignore }: Thresholds) =>
  read.unknown.filter(({ at, attribute }) => !isIgnored(at, attribute, ignore))

/** Compares a plan with thresholds. Returns failures first, then unknown results, then warnings. */
export function findPlanFindings(read: PlanFile, answer: PlanAnswer | null, given: Thresholds): Finding[] {
  const found: Finding[] = unknownOf(read, given).map(({ at, attribute, why }) => ({
    rule: 'unknown',
    level: 'unknown',
    words: `${attribute === null ? '' : `${attribute}: `}${why}`,
    at,
  }))
  if (answer) {
    found.push(
      ...answer.unknown.map(({ term, why }): Finding => {
        const at = (term !== null && read.terms[term]?.at) || null
        return { rule: 'unknown', level: 'unknown', words: why, at }
      }),
    )
    if (answer.counts.unknown > 0)
      found.push({
        rule: 'unknown',
        level: 'unknown',
        words: `of ${answer.counts.unknown} prefixes the tables do not say what becomes of them`,
        at: null,
      })
    const values = measured(answer)
    for (const name of names) {
      const value = values[name]
      const [atLeast, more] = typeof value === 'object' && value !== null ? [value.atLeast, value.more] : [value, 0]
      const isOver = (most: number | null | undefined) => most != null && atLeast !== null && atLeast > most
      const isOpen = (most: number | null | undefined) => most != null && (atLeast === null || more > 0)
      const level = isOver(given.fail[name])
        ? 'fail'
        : isOpen(given.fail[name]) || isOpen(given.warn[name])
          ? 'unknown'
          : isOver(given.warn[name])
            ? 'warn'
            : null
      if (level === null) continue
      const most = level === 'unknown' ? 0 : given[level][name]
      const words =
        level === 'unknown'
          ? atLeast === null
            ? `${name} is not known`
            : `${amountOf(name, atLeast)} ${planMeasures[name]}, and of ${more} more it is not known`
          : `${amountOf(name, atLeast)} ${planMeasures[name]}, and ${amountOf(name, most ?? 0)} may`
      found.push({ rule: name, level, words, at: null })
    }
  }
  const order = ['fail', 'unknown', 'warn']
  return found.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
}

const amountOf = (name: PlanMeasure, value: number | null | undefined) =>
  name === 'filledShare' ? `${Math.round((value ?? 0) * 100)} %` : String(value ?? 0)

/** Returns the overall state of a plan. A failure takes precedence over unknown, and unknown over a warning. */
export function stateOfPlan(findings: readonly Finding[]): 'critical' | 'unknown' | 'warning' | 'ok' {
  const has = (level: Finding['level']) => findings.some((one) => one.level === level)
  return has('fail') ? 'critical' : has('unknown') ? 'unknown' : has('warn') ? 'warning' : 'ok'
}
