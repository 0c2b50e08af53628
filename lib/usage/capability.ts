import { defineFeatureCapability } from '#lib/questions/index.ts'
import { getCircuitTraffic, getCircuitUsage } from './answers/index.ts'
import { endpoints } from './api/index.ts'

export const usageCapability = defineFeatureCapability({
  endpoints,
  answers: {
    circuitUsage: ({ db, id, parameters }) => getCircuitUsage(db, id, parameters),
    circuitTraffic: ({ db, id, parameters }) => getCircuitTraffic(db, id, parameters),
  },
})
