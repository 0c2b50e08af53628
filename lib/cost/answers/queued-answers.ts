import { queueAsHeavy } from '#lib/questions/index.ts'
import * as budgets from './budgets.ts'
import * as discount from './discount.ts'
import * as focus from './focus.ts'
import * as globalReach from './global-reach.ts'
import * as projections from './projections.ts'
import * as reconcile from './reconcile.ts'
import * as tco from './tco/tco.ts'
import * as weekly from './weekly.ts'
import * as whatIf from './what-if.ts'

/* Cost queries that take long to compute. Code outside this folder imports them from here, because these versions
   wait in a queue if too many heavy queries run at the same time. */
export const getCostBudgets = queueAsHeavy(budgets.computeCostBudgets)
export const getCostDiscount = queueAsHeavy(discount.computeCostDiscount)
export const getCostFocus = queueAsHeavy(focus.computeCostFocusCsv)
export const getCostGlobalReach = queueAsHeavy(globalReach.computeCostGlobalReach)
export const getCostProjections = queueAsHeavy(projections.computeCostProjections)
export const getCostReconcile = queueAsHeavy(reconcile.computeCostReconciliation)
export const getCostTco = queueAsHeavy(tco.computeCostTco)
export const getCostWeekly = queueAsHeavy(weekly.computeCostWeekly)
export const getCostWeeklyCsv = queueAsHeavy(weekly.computeCostWeeklyCsv)
export const getCostWhatIf = queueAsHeavy(whatIf.computeCostWhatIf)
