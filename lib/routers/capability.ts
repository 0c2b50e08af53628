import { capability } from '#lib/questions/index.ts'
import { getCircuitRouters, getRouter, answerRouters } from './answers/index.ts'
import { endpoints } from './api/index.ts'

export const routers = capability({
  endpoints,
  answers: {
    routers: ({ db, parameters }) => answerRouters(db, parameters),
    router: ({ db, id }) => getRouter(db, id),
    circuitRouters: ({ db, id, parameters }) => getCircuitRouters(db, id, parameters),
  },
})
