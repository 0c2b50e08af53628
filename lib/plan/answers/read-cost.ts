import { computeWhatIfCost, getCostWhatIf } from '#lib/cost/answers/index.ts'
import { getDifferenceBounds, Decimal } from '#lib/cost/rules/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { ReadableDatabase } from '#lib/questions/index.ts'
import type { WhatIfCostSource } from '#lib/resilience/answers/index.ts'
import type { WhatIfCost } from '#lib/resilience/api/index.ts'
import type { PlanCostLine } from '../api/index.ts'
import type { ResolvedPlannedChange } from '../rules/facts-after.ts'

interface PlanCost {
  /**
   * Computes the cost of the traffic that moves to other circuits. A circuit whose billing or tier changes has its own
   * line in `lines`, so the cost of its bandwidth is left out here.
   */
  ofMonth: NonNullable<WhatIfCostSource['costOfMonth']>
  lines: (moved: WhatIfCost | null) => PlanCostLine[]
}

/**
 * Computes the change of the monthly cost by a plan. For each currency, one line contains the traffic that moves and
 * the changed bandwidths. There is another line for each circuit whose billing or tier changes, and for each deleted
 * circuit.
 */
export async function computePlanCost(
  db: ReadableDatabase,
  plan: readonly ResolvedPlannedChange[],
  now: EpochMs,
): Promise<PlanCost> {
  const isSold = ({ term }: ResolvedPlannedChange) => term.kind === 'billing' || term.kind === 'tier'
  const byCircuit = Map.groupBy(plan, ({ resource }) => resource.id)
  const sold = [...byCircuit.values()].filter((own) => own.some(isSold))
  const soldIds = new Set(sold.flatMap(([first]) => first?.resource.id ?? []))
  const own: PlanCostLine[] = []
  for (const terms of sold) {
    const [{ resource } = { resource: { id: '', name: '' } }] = terms
    const wish = Object.assign({}, ...terms.map(({ term }) => wishOf(term))) as ReturnType<typeof wishOf>
    const { data } = await getCostWhatIf(db, { circuit: resource.id, ...wish }, now)
    const { difference, why, words } = data
    own.push({
      what: `${resource.name}: ${words || 'as the plan wants it'}`,
      difference: difference && getDifferenceBounds(difference),
      unknownBecause: difference ? null : (why ?? 'its present cost is not known'),
    })
  }
  return {
    ofMonth: (q, rows, world, asked, at) =>
      computeWhatIfCost(
        q,
        rows,
        world,
        { ...asked, bandwidths: new Map([...asked.bandwidths].filter(([id]) => !soldIds.has(id))) },
        at,
      ),
    lines: (moved) => [...movedLines(moved), ...own, ...deletedLines(plan, moved)],
  }
}

const wishOf = (term: ResolvedPlannedChange['term']) => ({
  ...(term.kind === 'billing' && { plan: term.plan }),
  ...(term.kind === 'tier' && { tier: term.tier }),
  ...(term.kind === 'bandwidth' && { bandwidthMbps: term.mbps }),
})

function movedLines(moved: WhatIfCost | null): PlanCostLine[] {
  if (!moved) return []
  const what = 'traffic that moves, and bandwidths'
  if (moved.differences.length > 0)
    return moved.differences.map((difference) => ({ what, difference, unknownBecause: null }))
  const why = moved.circuits.flatMap(({ circuitName, unknownBecause }) =>
    unknownBecause === null ? [] : [`${circuitName}: ${unknownBecause}`],
  )
  return [{ what, difference: null, unknownBecause: why.join('; ') || 'a forecast is missing' }]
}

/**
 * Returns one line for each deleted circuit, with its monthly cost as a saving. The what-if does not contain this
 * saving, because a circuit that only fails must still be paid for.
 */
const deletedLines = (plan: readonly ResolvedPlannedChange[], moved: WhatIfCost | null): PlanCostLine[] =>
  plan.flatMap(({ term, resource }): PlanCostLine[] => {
    if (term.kind !== 'delete' || !resource.resourceId.toLowerCase().includes('/expressroutecircuits/')) return []
    const after = moved?.circuits.find(({ circuitId }) => circuitId === resource.id)?.after
    const what = `${resource.name}: no longer paid for`
    if (!after) return [{ what, difference: null, unknownBecause: 'what it costs without its traffic is not known' }]
    const minus = ({ amount, currency }: typeof after.atLeast) => ({
      amount: new Decimal(amount).negated().toFixed(2),
      currency,
    })
    return [{ what, difference: { atLeast: minus(after.atMost), atMost: minus(after.atLeast) }, unknownBecause: null }]
  })
