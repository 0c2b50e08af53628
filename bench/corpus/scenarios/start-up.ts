/** What is down when somebody first looks. */
import { LONG_AGO, type ScenarioData } from '../scenario.ts'
import { AMS, aroundTen, fault, GW } from './frame.ts'

const first = (subject: string, sees: 'cs' | 'ps'): NonNullable<ScenarioData['expect']> => [
  { event: 'initial_state', subject, sees, at: '09:55:00', standing: true, severity: 'info' },
]

const pathDownBefore: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S124',
  title: 'A path was down before anybody looked',
  truth: [{ op: 'session-loss', circuit: AMS, path: 'secondary', at: LONG_AGO }],
  expect: first(AMS, 'cs'),
  forbid: [{ event: 'session_down' }, { event: 'path_down' }, { event: 'redundancy_lost' }, { event: 'failover' }],
  pages: 0,
}

const peerDownBefore: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S159',
  title: 'A session of one gateway instance was down before anybody looked',
  truth: [{ op: 'session-loss', gateway: GW, instance: '10.0.4.12', neighbor: '10.0.4.7', at: LONG_AGO }],
  expect: first(GW, 'ps'),
  forbid: [{ event: 'session_down' }, { event: 'peer_lost' }, { event: 'gateway_instance_lost' }],
  pages: 0,
}

export const startUp: readonly ScenarioData[] = [pathDownBefore, peerDownBefore]
