import { getGateway, getGatewayLoad, getGatewayTraffic, getHub, listGateways, listHubs } from './answers/index.ts'
import { endpoints } from './api/index.ts'
import { capability } from '#lib/questions/index.ts'

export const gateways = capability({
  endpoints,
  answers: {
    gateways: ({ db, parameters }) => listGateways(db, parameters),
    gatewayTraffic: ({ db }) => getGatewayTraffic(db),
    gateway: ({ db, id }) => getGateway(db, id),
    gatewayLoad: ({ db, id, parameters }) => getGatewayLoad(db, id, parameters),
    hubs: ({ db, parameters }) => listHubs(db, parameters),
    hub: ({ db, id }) => getHub(db, id),
  },
})
