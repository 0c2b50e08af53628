import { defineFeatureCapability } from '#lib/questions/index.ts'
import {
  diffRoutes,
  getArpHistory,
  getRouteChanges,
  getRouteChurn,
  getRouteHistory,
  listRoutes,
  lookUpRoutesToAddress,
} from './answers/index.ts'
import { endpoints } from './api/index.ts'

export const routesCapability = defineFeatureCapability({
  endpoints,
  answers: {
    arpHistory: ({ db, id, parameters }) => getArpHistory(db, id, parameters),
    routes: ({ db, parameters }) => listRoutes(db, parameters),
    routeLookup: ({ db, parameters }) => lookUpRoutesToAddress(db, parameters),
    routesDiff: ({ db, parameters }) => diffRoutes(db, parameters),
    routeChurn: ({ db, parameters }) => getRouteChurn(db, parameters),
    routeChanges: ({ db, parameters }) => getRouteChanges(db, parameters),
    routeHistory: ({ db, parameters }) => getRouteHistory(db, parameters),
  },
})
