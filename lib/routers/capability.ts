import { defineCapability, getQueryable, resolveCircuit } from '#lib/questions/index.ts'
import {
  getRouters,
  compareRouterConfiguration,
  getCircuitRouters,
  getRouter,
  getRouterConfiguration,
  removeReportedRouter,
} from './answers/index.ts'
import { commands, endpoints } from './api/index.ts'
import { routersTables } from './store/tables.ts'

export const routers = defineCapability({
  endpoints,
  tables: routersTables,
  answers: {
    routers: ({ db, parameters }) => getRouters(db, parameters),
    router: ({ db, id }) => getRouter(db, id),
    circuitRouters: ({ db, id, parameters }) => getCircuitRouters(db, id, parameters),
    routerConfiguration: ({ db, id, parameters }) => getRouterConfiguration(db, id, parameters),
  },
  commands,
  work: {
    removeRouter: {
      scope: 'whole',
      work: ({ db, id }) => removeReportedRouter(db, id),
      audit: { after: () => null, subject: ({ data: { address, name } }) => [address, name].filter(Boolean).join(' ') },
    },
    compareRouterConfiguration: {
      scope: { check: (reader, { id }) => resolveCircuit(getQueryable(reader), id) },
      work: ({ db, id, body }) => compareRouterConfiguration(getQueryable(db), id, body.text),
      audit: { after: () => null, isPrivate: () => true },
    },
  },
})
