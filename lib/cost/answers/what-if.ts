import type { MoneyAmount, EpochMs } from '#lib/contract/index.ts'
import type { CostWhatIfParameters, CostEndpointResponse } from '../api/index.ts'
import {
  type DeclaredCharge,
  type CircuitProjectionInput,
  type CostContext,
  applyPriceOverrides,
  projectCircuit,
  computeCircuitWhatIf,
  type CircuitWhatIfResult,
} from '../rules/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type ReadableDatabase, getSqlExecutor, NotFoundError, resolveCircuit } from '#lib/questions/index.ts'

import { buildProjectionInput, readCostCircuits } from './circuits/circuit-inputs.ts'
import { createEmptyUsage } from './circuits/circuit-usage.ts'
import { resolveBillingMonth, readCostContext } from './cost-context.ts'
import { readOrComputeTraffic } from './circuits/computed-traffic.ts'
import { readAgeOfCostData, getVisibleTraffic, getVisibleResourceIds } from './projections.ts'

/**
 * Returns the cost of a circuit for the whole month if it had another configuration. The traffic is the forecast
 * traffic.
 * @throws NotFoundError if the circuit does not exist in this month
 */
export async function computeCostWhatIf(
  db: ReadableDatabase,
  asked: CostWhatIfParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<CostEndpointResponse<'costWhatIf'>> {
  const q = getSqlExecutor(db)
  const { id, name } = await resolveCircuit(q, asked.circuit)
  const frame = await readCostContext(q, resolveBillingMonth(undefined, now), now)
  const [standing] = await readCostCircuits(q, frame, id)
  if (!standing) throw new NotFoundError(`${name} does not exist this month: take an id from /api/v1/circuits`)
  const made = (await readOrComputeTraffic(q, [standing], frame)).get(id)
  const input = {
    ...buildProjectionInput(standing, createEmptyUsage(standing)),
    ...getVisibleTraffic(made, getVisibleResourceIds(q)),
  }
  const answer = answerTo(input, frame, asked)
  const known = answer.ok ? answer : NOTHING
  const possible = known.change !== null && known.change !== 'impossible'
  return {
    data: { circuitId: id, name, possible, why: answer.ok ? null : answer.why, ...known },
    ...(await readAgeOfCostData(q, now)),
  }
}

const NOTHING = {
  words: '',
  cost: null,
  difference: null,
  change: null,
  blockedBy: [],
  hindrances: [],
  oneWay: false,
  payback: null,
  reversal: null,
  plan: [],
  notes: [],
}

/**
 * Computes the answer to a what-if. The prices of Global Reach and of an ExpressRoute Direct port are in no price list.
 * They come from the request, or otherwise from the charges that an operator declared for the circuit.
 */
function answerTo(input: CircuitProjectionInput, frame: CostContext, asked: CostWhatIfParameters): CircuitWhatIfResult {
  const { plan, tier, bandwidthMbps, second } = asked
  const { charges, sheet } = applyPriceOverrides(frame.sheet, frame.overrides, {
    circuitId: input.circuitId,
    at: frame.now,
  })
  const sent = (amount: string | undefined): MoneyAmount | null =>
    amount === undefined ? null : { amount, currency: sheet.currency }
  const declared = (charge: DeclaredCharge['charge']): MoneyAmount | null => {
    const monthly = charges.findLast((one) => one.charge === charge && one.monthly !== null)
    return monthly ? { amount: monthly.monthly ?? '0', currency: monthly.currency } : null
  }
  const fee = asked.globalReach === 'true' ? (sent(asked.reachMonthly) ?? declared('global_reach')) : undefined
  const port = asked.direct === 'true' ? (sent(asked.directMonthly) ?? declared('direct_port')) : undefined
  if (fee === null) return { ok: false, why: `Global Reach is in no price list: ${DECLARE_IT}` }
  if (port === null) return { ok: false, why: `ExpressRoute Direct's port pair is in no price list: ${DECLARE_IT}` }
  const currency = fee?.currency ?? sheet.currency
  const perGb = { amount: asked.reachPerGb ?? '0', currency }
  const received = {
    perGb: { amount: asked.reachPerGbIn ?? perGb.amount, currency },
    gbPerMonth: asked.reachGbIn ?? '0',
  }
  return computeCircuitWhatIf(input, frame, projectCircuit(input, frame), {
    plan,
    tier,
    bandwidthMbps,
    secondCircuit: second === 'true',
    globalReach: fee && { perMonth: fee, sent: { perGb, gbPerMonth: asked.reachGb ?? '0' }, received },
    directPort: port,
  })
}

const DECLARE_IT = 'say what it costs a month, or declare it as a charge of the circuit'
