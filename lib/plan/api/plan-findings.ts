import { z } from 'zod'
import { sumPercentilesByCurrency, createEqualPercentiles } from '#lib/cost/api/money-sums.ts'
import { type PlanFile, PlanFileError } from './file/plan-file.ts'
import type { PlanCheckResponse } from './plan.ts'

/**
 * The measured effects of a plan for which a threshold can be set. In a finding, the text follows the number, for
 * example `3 routes are cut off`. If a prefix is in several tables, it counts as one route in each of them.
 */
export const plannedEffectMeasures = {
  stranded: 'routes are cut off',
  internet: 'routes leave to the Internet',
  defaultOnly: 'routes keep a default route only',
  moves: 'routes move to another path',
  filledShare: 'is the fullest share of a path or limit',
  failingCritical: 'critical checks newly fail',
  failing: 'checks newly fail',
  lostSessions: 'sessions do not come back',
  downSeconds: 'seconds sessions may be down while it is applied',
  monthlyCost: 'more a month at the most, in any currency',
  overlaps: 'prefixes of new networks overlap routes',
  refused: 'changes are refused by Azure in place',
  oneWay: 'changes can not be taken back in place',
  held: 'Route Servers are held in Updating for up to 26 minutes by their first route map',
} as const
type PlanMeasure = keyof typeof plannedEffectMeasures
const names = Object.keys(plannedEffectMeasures) as PlanMeasure[]

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
 * Default thresholds (ADR 0292). By default, a plan fails if a prefix loses all routes or is routed to the Internet, if
 * a limit is exceeded, if a critical check fails that passed before, if new prefixes overlap routes, or if Azure
 * refuses a change.
 */
const DEFAULTS: Thresholds = {
  fail: { stranded: 0, internet: 0, filledShare: 1, failingCritical: 0, overlaps: 0, refused: 0 },
  warn: { failing: 0, defaultOnly: 0, lostSessions: 0, oneWay: 0, held: 0 },
  ignore: [],
}

/**
 * Merges the thresholds in a file with the default thresholds. A number is the highest value at which the plan still
 * passes. Null turns a threshold off.
 * @throws PlanFileError if a measure does not exist, or a value is invalid
 */
export function mergePlanThresholds(value: unknown): Thresholds {
  const read = thresholds.safeParse(value ?? {})
  if (!read.success) {
    const [first] = read.error.issues
    throw new PlanFileError(`thresholds: ${first?.path.join('.')}: ${first?.message}; measures are ${names.join(', ')}`)
  }
  const { fail, warn, ignore } = read.data
  return { fail: { ...DEFAULTS.fail, ...fail }, warn: { ...DEFAULTS.warn, ...warn }, ignore }
}

/** One reason why a plan fails, is unknown, or passes with a warning. */
export interface PlanFinding {
  rule: PlanMeasure | 'unknown'
  level: 'fail' | 'warn' | 'unknown'
  words: string
  /** the resource or entry of the plan file that the finding is about; null = the whole plan */
  at: string | null
}

/**
 * Returns the measured value of each effect of a plan; null = unknown. If the actual value may be higher, the result is
 * `{ atLeast, more }`. `more` is the number of paths, sessions or checks whose state is unknown.
 */
function measured(answer: PlanCheckResponse): Record<PlanMeasure, number | null | { atLeast: number; more: number }> {
  const { counts, limits: filled, load, checks, downtime, cost, overlaps, refused, oneWay } = answer
  const countOf = (atLeast: number, more: number) => (more === 0 ? atLeast : { atLeast, more })
  const unsure = checks.filter(({ after }) => after === 'unknown')
  const isCritical = ({ severity }: PlanCheckResponse['checks'][number]) => severity === 'critical'
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
      // number of paths whose load after the plan is unknown
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
    held: downtime.filter(({ heldSeconds }) => heldSeconds !== undefined).length,
  }
}

/**
 * Returns the largest possible increase of the monthly cost as a number. The increases are added separately for each
 * currency, and the largest sum is returned without conversion. Null if a part of the cost is unknown.
 */
function costOf(cost: PlanCheckResponse['cost']): number | null {
  if (cost === null || cost.some(({ difference }) => difference === null)) return null
  const most = cost.flatMap(({ difference }) => difference?.atMost ?? [])
  return Math.max(0, ...sumPercentilesByCurrency(most.map(createEqualPercentiles)).map(({ p90 }) => Number(p90.amount)))
}

/**
 * Reports whether an entry of the plan file matches one of the `ignore` patterns, for example `azurerm_subnet.*`. Each
 * pattern is compared with the entry alone, and with the entry followed by the attribute. An asterisk matches any text.
 */
const isIgnored = (at: string, attribute: string | null, patterns: readonly string[]) =>
  patterns.some((pattern) => {
    const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')
    const matches = new RegExp(`^${escaped}$`, 'i')
    return matches.test(at) || (attribute !== null && matches.test(`${at} ${attribute}`))
  })

/** Returns the parts of a plan file that the model does not know, without those that match an `ignore` pattern. */
const unknownOf = (read: PlanFile, { ignore }: Thresholds) =>
  read.unknown.filter(({ at, attribute }) => !isIgnored(at, attribute, ignore))

/** Compares the effects of a plan with the thresholds. Returns failures first, then unknown results, then warnings. */
export function findPlanFindings(read: PlanFile, answer: PlanCheckResponse | null, given: Thresholds): PlanFinding[] {
  const found: PlanFinding[] = unknownOf(read, given).map(({ at, attribute, why }) => ({
    rule: 'unknown',
    level: 'unknown',
    words: `${attribute === null ? '' : `${attribute}: `}${why}`,
    at,
  }))
  if (answer) {
    found.push(
      ...answer.unknown.map(({ term, why }): PlanFinding => {
        const at = (term !== null && read.terms[term]?.at) || null
        return { rule: 'unknown', level: 'unknown', words: why, at }
      }),
    )
    if (answer.counts.unknown > 0)
      found.push({
        rule: 'unknown',
        level: 'unknown',
        words: `the tables do not show the outcome of ${answer.counts.unknown} routes`,
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
            : `${amountOf(name, atLeast)} ${plannedEffectMeasures[name]}, and of ${more} more it is not known`
          : `${amountOf(name, atLeast)} ${plannedEffectMeasures[name]}, and ${amountOf(name, most ?? 0)} may`
      found.push({ rule: name, level, words, at: null })
    }
  }
  const order = ['fail', 'unknown', 'warn']
  return found.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level))
}

const amountOf = (name: PlanMeasure, value: number | null | undefined) =>
  name === 'filledShare' ? `${Math.round((value ?? 0) * 100)} %` : String(value ?? 0)

/** Returns the state of a plan by its most severe finding: a failure, then an unknown result, then a warning. */
export function judgePlanState(findings: readonly PlanFinding[]): 'critical' | 'unknown' | 'warning' | 'ok' {
  const has = (level: PlanFinding['level']) => findings.some((one) => one.level === level)
  return has('fail') ? 'critical' : has('unknown') ? 'unknown' : has('warn') ? 'warning' : 'ok'
}
