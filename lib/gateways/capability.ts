import {
  GATEWAY_STATE_POLL_KINDS,
  getGateway,
  getGatewayLoad,
  getGatewayTraffic,
  getHub,
  HUB_STATE_POLL_KINDS,
  listGateways,
  listHubs,
} from './answers/index.ts'
import { endpoints } from './api/index.ts'
import { runQueryAsOfMoment, defineFeatureCapability } from '#lib/questions/index.ts'

export const gatewaysCapability = defineFeatureCapability({
  endpoints,
  answers: {
    gateways: ({ db, parameters: { at, ...page } }) =>
      runQueryAsOfMoment(db, { at, kinds: GATEWAY_STATE_POLL_KINDS }, (reader, now) => listGateways(reader, page, now)),
    gatewayTraffic: ({ db, parameters: { at } }) =>
      runQueryAsOfMoment(db, { at, kinds: ['metrics'], judged: false }, getGatewayTraffic),
    gateway: ({ db, id, parameters: { at } }) =>
      runQueryAsOfMoment(db, { at, kinds: GATEWAY_STATE_POLL_KINDS, scope: id }, (reader, now) =>
        getGateway(reader, id, now),
      ),
    gatewayLoad: ({ db, id, parameters }) => getGatewayLoad(db, id, parameters),
    hubs: ({ db, parameters: { at, ...page } }) =>
      runQueryAsOfMoment(db, { at, kinds: HUB_STATE_POLL_KINDS }, (reader, now) => listHubs(reader, page, now)),
    hub: ({ db, id, parameters: { at } }) =>
      runQueryAsOfMoment(db, { at, kinds: HUB_STATE_POLL_KINDS, scope: id }, (reader, now) => getHub(reader, id, now)),
  },
})
