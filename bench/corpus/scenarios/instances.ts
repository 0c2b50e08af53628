/** Instances of one gateway that learn different routes from the same neighbor. */
import type { ScenarioData } from '../scenario.ts'
import { type Expected, fault, GW, longerAroundTen, near, type Truth } from './frame.ts'

/** One session falls and comes back, and its routes so much later. */
const falls = (subject: string, at: string, until: string, routesAfter: string): Truth => {
  const [instance = '', neighbor = ''] = subject.split('~')
  return { op: 'session-loss', gateway: GW, instance, neighbor, at, until, routesAfter }
}

/** From the session's return to that of its routes. */
const differ = (neighbor: string, at: string, until: string): Expected => ({
  event: 'instance_divergence',
  subject: neighbor,
  sees: 'lr',
  at,
  until,
  samples: 2,
  severity: 'warning',
  ends: { at: until },
})

const withoutRoutes: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S181',
  title: 'A session of one instance comes back, and its routes twenty minutes later',
  truth: [falls('10.0.4.12~10.0.4.4', '10:00:30', '10:01:45', '20m')],
  expect: [differ('10.0.4.4', '10:01:45', '10:21:45')],
  forbid: [{ event: 'gateway_instance_lost' }, { event: 'peer_lost' }],
  pages: 0,
}

const ofTheOther: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S182',
  title: 'The same of the other instance and the other circuit, after a longer fall',
  truth: [falls('10.0.4.13~10.0.4.7', '10:00:30', '10:08:45', '25m')],
  expect: [differ('10.0.4.7', '10:08:45', '10:33:45')],
  forbid: [{ event: 'gateway_instance_lost' }, { event: 'peer_lost' }],
  pages: 0,
}

const downForLong: ScenarioData = {
  ...longerAroundTen,
  ...near,
  id: 'S183',
  title: 'A session of one instance is down for twenty minutes, and its routes with it',
  truth: [falls('10.0.4.12~10.0.4.4', '10:00:30', '10:20:45', '3s')],
  forbid: [{ event: 'instance_divergence' }],
}

const lagging: ScenarioData = {
  ...longerAroundTen,
  ...near,
  id: 'S184',
  title: 'A session of one instance comes back, and its routes forty seconds later',
  truth: [falls('10.0.4.13~10.0.4.6', '10:00:30', '10:05:45', '40s')],
  forbid: [{ event: 'instance_divergence' }],
}

export const instances: readonly ScenarioData[] = [withoutRoutes, ofTheOther, downForLong, lagging]
