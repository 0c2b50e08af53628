import {
  type Bounds,
  type Cause,
  type EpochMs,
  type EventKind,
  type Severity,
  statedCause,
} from '#lib/contract/index.ts'
import { end, reconcile } from '../model/condition.ts'
import { type FoldContext, isOpen, openEvent, scopeOf } from '../model/context.ts'
import { correlate, type FoldedGroup } from '../group/fold-group.ts'
import type { GroupState } from '../model/scope-state.ts'
import { NOTHING_CONNECTED } from '../model/topology.ts'
import { markOfTick } from '../model/tick-mark.ts'
import { copyPlain } from '../model/plain.ts'
import { defaultSettings, type DetectionSettings } from '../model/settings.ts'
import type { BudgetFact, CostFacts, DayFact, PlanFact } from './cost-facts.ts'

/** It is checked once a day: what is found now began since the day before. */
const EVALUATED_EVERY_MS = 86_400_000

/** What one rule says of one matter, as the facts are now. */
interface Said {
  kind: EventKind
  subject: string
  /** it begins above one line and ends below a lower one; in between, what was reported stands. null = not known */
  lines: { above: boolean; below: boolean } | null
  severity: Severity
  evidence: { field: string; before: string; after: string | null }
  cause: Cause
  /** bounds of the begin, and of the end; since the last tick when not given */
  since?: { begin: Bounds; end: Bounds }
}

/**
 * Folds one check the cost of each circuit and subscription into what was known of it. Whatever goes on is reported once, however often
 * it is checked.
 * @param state what was stored of the cost of these scopes, apart from what is known of the same circuits as a part of the network
 */
export function foldCost(
  state: GroupState,
  facts: readonly CostFacts[],
  now: EpochMs,
  settings: DetectionSettings = defaultSettings,
): FoldedGroup {
  const context: FoldContext = {
    topology: NOTHING_CONNECTED,
    scopes: copyPlain(state),
    mark: markOfTick({ sourceId: 0, scope: 'cost', kind: 'stats' }, now),
    everyMs: 0,
    settings,
  }
  for (const { scope, budgets, plan, day } of facts) {
    const said = [
      ...budgets.map((budget) => overBudget(settings, budget)),
      ...(plan ? [breakEven(settings, plan)] : []),
      ...(day ? [surge(settings, day, now)] : []),
    ]
    endUnmentioned(context, scope, said)
    for (const one of said) raise(context, scope, one)
  }
  return correlate(context, state, [])
}

/** Brings the record in line with what a rule says. */
function raise(
  context: FoldContext,
  scope: string,
  { kind, subject, lines, severity, evidence, cause, since }: Said,
): void {
  const { startedAt, finishedAt } = context.mark
  const isReported = openEvent(context, kind, scope, subject) !== null
  const holds = lines && (lines.above || (isReported && !lines.below))
  const live = reconcile(context, {
    kind,
    scope,
    subject,
    holds,
    since: (holds ? since?.begin : since?.end) ?? sinceLastEvaluation(finishedAt),
    severity,
    evidence: [{ ...evidence, sampledBefore: null, sampledAfter: { earliest: startedAt, latest: finishedAt } }],
  })
  if (live && live.event.causes.length === 0) live.event = { ...live.event, causes: [cause] }
}

const sinceLastEvaluation = (now: EpochMs): Bounds => ({ earliest: now - EVALUATED_EVERY_MS, latest: now })

function overBudget(settings: DetectionSettings, { forecast, name, owner, month, budget }: BudgetFact): Said {
  const limit = settings['budget.over']
  return {
    kind: 'forecast_over_budget',
    subject: `${name} ${month}`,
    lines: forecast && { above: forecast.likelyShare > limit, below: forecast.likelyShare < settings['budget.clear'] },
    severity: forecast && forecast.leastShare > limit ? 'major' : 'warning',
    evidence: {
      field: `forecast of ${month}`,
      before: `budget ${budget}`,
      after: forecast && `${forecast.words}: ${forecast.over} over`,
    },
    cause: causeOf(
      'over_budget',
      `${owner} answers for the budget "${name}": raise it, or see in the weekly review what changed the figure.`,
    ),
  }
}

function breakEven(
  settings: DetectionSettings,
  { plan, other, chanceOfWrongSide: chance, own, others }: PlanFact,
): Said {
  return {
    kind: 'break_even_crossing',
    subject: `${plan} to ${other}`,
    lines:
      chance === null
        ? null
        : { above: chance >= settings['breakEven.chance'], below: chance < settings['breakEven.clear'] },
    severity: 'warning',
    evidence: {
      field: 'cost of the month',
      before: `${plan} ${own}`,
      after: `${other} ${others}, the cheaper one with ${Math.round((chance ?? 0) * 100)} %`,
    },
    cause: causeOf(
      'break_even',
      plan === 'metered'
        ? 'See the weekly review before you switch: from metered to unlimited is a change in place, back is a new circuit.'
        : 'See the weekly review: metered would be a new circuit, so it has to pay for itself.',
    ),
  }
}

function surge(settings: DetectionSettings, day: DayFact, now: EpochMs): Said {
  const { timesUsual, extraBitsPerSecond, from, to } = day
  return {
    kind: 'egress_surge',
    subject: 'egress',
    lines:
      timesUsual === null
        ? null
        : {
            above: timesUsual >= settings['surge.times'] && extraBitsPerSecond >= settings['surge.least'],
            below: timesUsual < settings['surge.clear'],
          },
    severity: 'warning',
    evidence: {
      field: 'bytes out of Azure in a day',
      before: `usually ${day.usual}`,
      after: `${day.reported}: ${day.extra} more`,
    },
    cause: statedCause('egress_surge'),
    // a day as usual proves that it was over by now, and not when
    since: { begin: { earliest: from, latest: to }, end: { earliest: from, latest: now } },
  }
}

/** A month that is over, a budget that was withdrawn, a plan that was changed: nothing speaks of it any more. */
function endUnmentioned(context: FoldContext, scope: string, said: readonly Said[]): void {
  const mentioned = new Set(said.map(({ kind, subject }) => `${kind} ${subject}`))
  for (const live of Object.values(scopeOf(context, scope).live)) {
    const { kind, subject } = live.event
    if (isOpen(live) && !mentioned.has(`${kind} ${subject}`)) end(live, sinceLastEvaluation(context.mark.finishedAt))
  }
}

const causeOf = (name: string, nextStep: string): Cause => ({
  class: name,
  owner: 'own_change',
  confidence: 0.5,
  evidence: [],
  nextStep,
})
