import { defineFeatureCapability, getSqlExecutor, resolveCircuit } from '#lib/questions/index.ts'
import {
  getRouters,
  compareRouterConfiguration,
  getCircuitRouters,
  getRouter,
  getRouterConfiguration,
  removeReportedRouter,
} from './answers/index.ts'
import { commands, endpoints } from './api/index.ts'
import { routersDatabaseTablePolicies } from './store/tables.ts'

export const routersCapability = defineFeatureCapability({
  endpoints,
  tables: routersDatabaseTablePolicies,
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
      scope: { check: (reader, { id }) => resolveCircuit(getSqlExecutor(reader), id) },
      work: ({ db, id, body }) => compareRouterConfiguration(getSqlExecutor(db), id, body.text),
      audit: { after: () => null, isPrivate: () => true },
    },
  },
})
