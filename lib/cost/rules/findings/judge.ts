import { overBudget } from './budget-rule.ts'
import { breakEvenFinding, cheaperOption, surge } from './circuit-rules.ts'
import type { FindingFacts, FindingLimits } from './facts.ts'
import type { Judgement } from './fold-findings.ts'
import { unusedCircuit, unusedGateway } from './unused-rules.ts'

/** What every rule says of every circuit, gateway and budget. */
export function judge({ month, circuits, gateways, budgets }: FindingFacts, limits: FindingLimits): Judgement[] {
  return [
    ...circuits.flatMap((circuit) => [
      ...breakEvenFinding(circuit, month, limits),
      cheaperOption(circuit),
      ...surge(circuit, limits),
      ...unusedCircuit(circuit),
    ]),
    ...gateways.map(unusedGateway),
    ...budgets.map((budget) => overBudget(budget, month, limits)),
  ]
}
