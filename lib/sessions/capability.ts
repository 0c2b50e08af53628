import { defineFeatureCapability } from '#lib/questions/index.ts'
import {
  getPrefixCounts,
  getSessionAvailability,
  getSessionHistory,
  getSessionUptime,
  listSessions,
} from './answers/index.ts'
import { endpoints } from './api/index.ts'

export const sessionsCapability = defineFeatureCapability({
  endpoints,
  answers: {
    sessions: ({ db, parameters }) => listSessions(db, parameters),
    sessionHistory: ({ db, parameters }) => getSessionHistory(db, parameters),
    sessionAvailability: ({ db, parameters }) => getSessionAvailability(db, parameters),
    sessionUptime: ({ db, parameters }) => getSessionUptime(db, parameters),
    prefixCounts: ({ db, parameters }) => getPrefixCounts(db, parameters),
  },
})
