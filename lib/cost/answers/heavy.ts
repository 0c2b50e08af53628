import { heavy } from '#lib/questions/index.ts'
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
export const getCostBudgets = heavy(budgets.answerCostBudgets)
export const getCostDiscount = heavy(discount.answerCostDiscount)
export const getCostFocus = heavy(focus.answerCostFocus)
export const getCostGlobalReach = heavy(globalReach.answerCostGlobalReach)
export const getCostProjections = heavy(projections.answerCostProjections)
export const getCostReconcile = heavy(reconcile.answerCostReconcile)
export const getCostTco = heavy(tco.answerCostTco)
export const getCostWeekly = heavy(weekly.answerCostWeekly)
export const getCostWeeklyCsv = heavy(weekly.answerCostWeeklyCsv)
export const getCostWhatIf = heavy(whatIf.answerCostWhatIf)
