import {
  CIRCUIT_STATE_POLL_KINDS,
  getCircuit,
  getCircuitHistory,
  getCircuitPathParity,
  getLinkUptime,
  listCircuits,
  readExpressRoutePortsPage,
  listServiceKeyRequests,
  requestServiceKey,
} from './answers/index.ts'
import { commands, endpoints } from './api/index.ts'
import { runQueryAsOfMoment, defineFeatureCapability, getSqlExecutor, resolveCircuit } from '#lib/questions/index.ts'
import { circuitsTables } from './store/tables.ts'

export const circuitsCapability = defineFeatureCapability({
  endpoints,
  tables: circuitsTables,
  answers: {
    serviceKeyRequests: ({ db, parameters }) => listServiceKeyRequests(db, parameters),
    circuits: ({ db, parameters: { at, ...page } }) =>
      runQueryAsOfMoment(db, { at, kinds: CIRCUIT_STATE_POLL_KINDS }, (reader, now) => listCircuits(reader, page, now)),
    circuitHistory: ({ db, parameters: { at, ...asked } }) =>
      runQueryAsOfMoment(db, { at, kinds: CIRCUIT_STATE_POLL_KINDS }, (reader, now) =>
        getCircuitHistory(reader, asked, now),
      ),
    circuit: ({ db, id, parameters: { at } }) =>
      runQueryAsOfMoment(db, { at, kinds: CIRCUIT_STATE_POLL_KINDS, scope: id }, (reader, now) =>
        getCircuit(reader, id, now),
      ),
    circuitParity: ({ db, id, parameters }) => getCircuitPathParity(db, id, parameters),
    ports: ({ db, parameters: { at, ...page } }) =>
      runQueryAsOfMoment(db, { at, kinds: ['metrics'], judged: false }, (reader, now) =>
        readExpressRoutePortsPage(reader, page, now),
      ),
    linkUptime: ({ db, parameters }) => getLinkUptime(db, parameters),
  },
  commands,
  work: {
    requestServiceKey: {
      scope: { check: (reader, { id }) => resolveCircuit(getSqlExecutor(reader), id) },
      work: ({ db, id, body }) => requestServiceKey(db, id, body.why),
    },
  },
})
