import {
  recordCostDecision,
  getCostBudgets,
  getCostDiscount,
  getCostFindings,
  getCostFocus,
  getCostGlobalReach,
  getCostOverrides,
  getCostPrices,
  getCostProjections,
  getCostReconcile,
  getCostTco,
  getCostWeekly,
  getCostWeeklyCsv,
  getCostWhatIf,
  recordCostOutcome,
  putCostBudgets,
  putCostOverrides,
  applyProvenDiscount,
  computeWhatIfCost,
} from './answers/index.ts'
import {
  commands,
  costBudgetsResponseSchema,
  costOverridesResponseSchema,
  endpoints,
  plainEndpoints,
} from './api/index.ts'
import { readCostDecisions } from './store/index.ts'
import { createCsvResponse } from '#lib/platform/csv-response.ts'
import {
  NotFoundError,
  defineFeatureCapability,
  encodeWithSchema,
  getSqlExecutor,
  openScopedReader,
  resolveCircuit,
  maskOtherCustomersNames,
} from '#lib/questions/index.ts'
import { costTables } from './store/tables.ts'

/** Maximum number of decisions that are read when a decision is looked up by its id. */
const MAX_DECISIONS = 10_000

export const costCapability = defineFeatureCapability({
  endpoints,
  tables: costTables,
  answers: {
    costProjections: ({ db, parameters }) => getCostProjections(db, parameters),
    costWeekly: ({ db, parameters }) => getCostWeekly(db, parameters),
    costFindings: ({ db, parameters }) => getCostFindings(db, parameters),
    costTco: ({ db, parameters }) => getCostTco(db, parameters),
    costWhatIf: ({ db, parameters }) => getCostWhatIf(db, parameters),
    costPrices: ({ db }) => getCostPrices(db),
    costOverrides: ({ db }) => getCostOverrides(db),
    costGlobalReach: ({ db, parameters }) => getCostGlobalReach(db, parameters),
    costDiscount: ({ db }) => getCostDiscount(db),
    costReconcile: ({ db, parameters }) => getCostReconcile(db, parameters),
    costBudgets: ({ db }) => getCostBudgets(db),
  },
  commands,
  work: {
    putCostOverrides: {
      scope: 'whole',
      work: ({ db, body }) => putCostOverrides(db, body),
      audit: {
        before: async ({ db }) => encodeWithSchema(costOverridesResponseSchema, (await getCostOverrides(db)).data),
        after: ({ data }) => data,
      },
    },
    takeCostDiscount: {
      scope: 'whole',
      work: ({ db, body }) => applyProvenDiscount(db, body),
      audit: {
        before: async ({ db }) => encodeWithSchema(costOverridesResponseSchema, (await getCostOverrides(db)).data),
        after: ({ data }) => data,
      },
    },
    putCostBudgets: {
      scope: 'whole',
      work: ({ db, body }) => putCostBudgets(db, body),
      audit: {
        before: async ({ db }) => encodeWithSchema(costBudgetsResponseSchema, (await getCostBudgets(db)).data).budgets,
        after: ({ data }) => data.budgets,
      },
    },
    decideCost: {
      scope: { check: (reader, { body }) => resolveCircuit(getSqlExecutor(reader), body.circuitId) },
      work: ({ db, body }) => recordCostDecision(db, body),
    },
    noteCostOutcome: {
      scope: {
        check: async (reader, { id }) => {
          const seen = await readCostDecisions(getSqlExecutor(reader), Number.MAX_SAFE_INTEGER / 2, MAX_DECISIONS)
          if (!seen.some((decision) => decision.id === id)) throw new NotFoundError(`there is no decision ${id}`)
        },
      },
      work: ({ db, id, body }) => recordCostOutcome(db, id, body),
    },
  },
  offers: { costOfMonth: computeWhatIfCost },
  plainEndpoints,
  plain: {
    costFocus: async ({ caller, parameters }) => {
      const db = await openScopedReader(caller.scope)
      const { month, csv } = await getCostFocus(db, parameters)
      return createCsvResponse(`peerwatch-focus-projection-${month}`, maskOtherCustomersNames(db, csv))
    },
    costWeeklyCsv: async ({ caller, parameters }) => {
      const db = await openScopedReader(caller.scope)
      const { week, csv } = await getCostWeeklyCsv(db, parameters)
      return createCsvResponse(`peerwatch-cost-${week}`, maskOtherCustomersNames(db, csv))
    },
  },
  jobs: async () => (await import('./jobs/index.ts')).createJobs,
})
