import { getAlerting } from './answers/index.ts'
import { commands, endpoints } from './api/index.ts'
import { recordWallScreen, removeWallScreen } from './store/index.ts'
import { confirmDeletionsUpTo, NoDeletionsAwaitingConfirmationError } from '#lib/history/index.ts'
import type { RequestCaller } from '#lib/contract/index.ts'
import { getSettings } from '#lib/platform/settings.ts'
import {
  wrapResponseWithoutPolls,
  defineFeatureCapability,
  ConflictError,
  getDatabaseForUse,
  NotFoundError,
} from '#lib/questions/index.ts'
import { alertingTables } from './store/tables.ts'

/**
 * Reports whether the sender of a request may register a wall display. Only wall displays and users with the right
 * `settings` may do this, and only if they see all resources. Other callers could register displays that soon appear
 * silent, or report for a display that has in fact become silent.
 */
const mayRegisterScreen = ({ kind, rights, scope }: RequestCaller): boolean =>
  scope === 'everything' && (kind === 'wall' || rights.has('settings'))

export const alertingCapability = defineFeatureCapability({
  endpoints,
  tables: alertingTables,
  answers: {
    /**
     * Uses the connection for commands, because the read-only database role may not read these tables. A request from a
     * wall display is also recorded as its sign of life.
     */
    alerting: async ({ caller, parameters: { screen } }) => {
      const db = getDatabaseForUse('commands')
      if (screen !== undefined && mayRegisterScreen(caller)) await recordWallScreen(db.pool, screen)
      return wrapResponseWithoutPolls(await getAlerting(db, getSettings(), caller.scope))
    },
  },
  commands,
  work: {
    confirmDeletion: {
      scope: 'whole',
      work: async ({ db, body: { upTo } }) => {
        try {
          await confirmDeletionsUpTo(db.pool, Date.parse(upTo))
        } catch (error) {
          throw error instanceof NoDeletionsAwaitingConfirmationError ? new ConflictError(error.message) : error
        }
        return { data: { upTo } }
      },
    },
    removeScreen: {
      scope: 'whole',
      work: async ({ db, id }) => {
        if (!(await removeWallScreen(db.pool, id)))
          throw new NotFoundError(`no wall has the name ${JSON.stringify(id)}`)
        return { data: { name: id } }
      },
    },
  },
  jobs: async () => (await import('./jobs.ts')).createJobs,
})
