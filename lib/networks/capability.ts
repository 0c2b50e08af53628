import { getProbes, listNetworks } from './answers/index.ts'
import { endpoints } from './api/index.ts'
import { runQueryAsOfMoment, defineCapability } from '#lib/questions/index.ts'

export const networks = defineCapability({
  endpoints,
  answers: {
    networks: ({ db, parameters: { at, ...page } }) =>
      runQueryAsOfMoment(db, { at, kinds: ['inventory'], judged: false }, (reader, now) =>
        listNetworks(reader, page, now),
      ),
    probes: ({ db, parameters }) => getProbes(db, parameters),
  },
})
