import { getProbes, listNetworks } from './answers/index.ts'
import { endpoints } from './api/index.ts'
import { capability } from '#lib/questions/index.ts'

export const networks = capability({
  endpoints,
  answers: {
    networks: ({ db, parameters }) => listNetworks(db, parameters),
    probes: ({ db, parameters }) => getProbes(db, parameters),
  },
})
