import { readMonitorTestsOfRequest, listNetworks } from './answers/index.ts'
import { endpoints } from './api/index.ts'
import { runQueryAsOfMoment, defineFeatureCapability } from '#lib/questions/index.ts'

export const networksCapability = defineFeatureCapability({
  endpoints,
  answers: {
    networks: ({ db, parameters: { at, ...page } }) =>
      runQueryAsOfMoment(db, { at, kinds: ['inventory'], judged: false }, (reader, now) =>
        listNetworks(reader, page, now),
      ),
    probes: ({ db, parameters }) => readMonitorTestsOfRequest(db, parameters),
  },
})
