import {
  pollsOfGateways,
  getGateway,
  getGatewayLoad,
  getGatewayTraffic,
  getHub,
  pollsOfHubs,
  listGateways,
  listHubs,
} from './answers/index.ts'
import { endpoints } from './api/index.ts'
import { asOfMoment, capability } from '#lib/questions/index.ts'

export const gateways = capability({
  endpoints,
  answers: {
    gateways: ({ db, parameters: { at, ...page } }) =>
      asOfMoment(db, { at, kinds: pollsOfGateways }, (reader, now) => listGateways(reader, page, now)),
    gatewayTraffic: ({ db, parameters: { at } }) =>
      asOfMoment(db, { at, kinds: ['metrics'], judged: false }, getGatewayTraffic),
    gateway: ({ db, id, parameters: { at } }) =>
      asOfMoment(db, { at, kinds: pollsOfGateways, scope: id }, (reader, now) => getGateway(reader, id, now)),
    gatewayLoad: ({ db, id, parameters }) => getGatewayLoad(db, id, parameters),
    hubs: ({ db, parameters: { at, ...page } }) =>
      asOfMoment(db, { at, kinds: pollsOfHubs }, (reader, now) => listHubs(reader, page, now)),
    hub: ({ db, id, parameters: { at } }) =>
      asOfMoment(db, { at, kinds: pollsOfHubs, scope: id }, (reader, now) => getHub(reader, id, now)),
  },
})
