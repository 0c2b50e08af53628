import {
  getCircuit,
  getCircuitHistory,
  getCircuitParity,
  getLinkUptime,
  listCircuits,
  listPorts,
  listServiceKeyRequests,
  requestServiceKey,
} from './answers/index.ts'
import { commands, endpoints } from './api/index.ts'
import { capability, queryable, resolveCircuit } from '#lib/questions/index.ts'

export const circuits = capability({
  endpoints,
  answers: {
    serviceKeyRequests: ({ db, parameters }) => listServiceKeyRequests(db, parameters),
    circuits: ({ db, parameters }) => listCircuits(db, parameters),
    circuitHistory: ({ db, parameters }) => getCircuitHistory(db, parameters),
    circuit: ({ db, id }) => getCircuit(db, id),
    circuitParity: ({ db, id, parameters }) => getCircuitParity(db, id, parameters),
    ports: ({ db, parameters }) => listPorts(db, parameters),
    linkUptime: ({ db, parameters }) => getLinkUptime(db, parameters),
  },
  commands,
  work: {
    requestServiceKey: {
      scope: { check: (reader, { id }) => resolveCircuit(queryable(reader), id) },
      work: ({ db, id, body }) => requestServiceKey(db, id, body.why),
    },
  },
})
