/** Sessions that flap. */
import type { ScenarioData } from '../scenario.ts'
import { site } from './frame.ts'

const GW = 'ergw-hub'
const lost = (instance: string, neighbor: string, at: string, until: string) =>
  ({ op: 'session-loss', gateway: GW, instance, neighbor, at, until }) as const
/** @param up when it was up again */
const flap = (subject: string, up: string, t: [string, string], outage?: [string, string]) =>
  ({ event: 'session_flap', subject, sees: 'ps', at: up, t, ...(outage ? { outage } : {}) }) as const

const s06: ScenarioData = {
  id: 'S06',
  title: 'Sub-poll flap of one session',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:35:00',
  truth: [lost('10.0.4.12', '10.0.4.4', '10:00:20', '10:00:41')],
  expect: [
    {
      ...flap('10.0.4.12~10.0.4.4', '10:00:41', ['10:00:40', '10:00:42'], ['0:00', '0:42']),
      severity: 'minor',
      det: '10:01:02',
    },
  ],
  forbid: [{ event: 'ecmp_reduced' }, { event: 'path_down' }, { event: 'mass_withdraw' }],
  pages: 0,
}

const s07: ScenarioData = {
  id: 'S07',
  title: 'Same MSEE, both instances flap',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:35:00',
  truth: [lost('10.0.4.12', '10.0.4.5', '10:00:20', '10:00:41'), lost('10.0.4.13', '10.0.4.5', '10:00:20', '10:00:47')],
  expect: [
    flap('10.0.4.12~10.0.4.5', '10:00:41', ['10:00:40', '10:00:42'], ['0:00', '0:42']),
    flap('10.0.4.13~10.0.4.5', '10:00:47', ['10:00:46', '10:00:48'], ['0:00', '0:48']),
    // the catalogue's minute hides these
    {
      event: 'peer_lost',
      subject: '10.0.4.5',
      sees: 'ps',
      at: '10:00:20',
      until: '10:00:41',
      ends: { at: '10:00:41', told: 'duration' },
    },
    { event: 'ecmp_reduced', subject: '10.0.4.4,10.0.4.5 > 10.0.4.4', sees: 'lr', at: '10:00:20', until: '10:00:44' },
    {
      event: 'ecmp_restored',
      subject: '10.0.4.4,10.0.4.5 > 10.0.4.4',
      sees: 'lr',
      at: '10:00:44',
      between: ['10:00:20', '10:00:44'],
    },
  ],
  forbid: [{ event: 'gateway_instance_lost' }, { event: 'session_flapping' }],
  pages: 0,
}

const s08: ScenarioData = {
  id: 'S08',
  title: 'Flap provable by message counters only',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:35:00',
  truth: [
    lost('10.0.4.13', '10.0.4.6', '10:00:20', '10:00:41'),
    {
      op: 'api-fault',
      fault: 'null-duration',
      operation: 'gateway.peers',
      instance: '10.0.4.13',
      neighbor: '10.0.4.6',
      at: '09:00:00',
    },
  ],
  expect: [{ ...flap('10.0.4.13~10.0.4.6', '10:00:41', ['10:00:00', '10:01:02']), det: '10:01:02', confidence: 0.5 }],
  forbid: [],
  pages: 0,
}

const s09: ScenarioData = {
  id: 'S09',
  title: 'Flapping session',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '11:25:00',
  truth: [
    lost('10.0.4.12', '10.0.4.4', '10:00:21', '10:00:41'),
    // not 20 s as the others: the sample of 10:05:01 must see it up, since none of the five is to be seen down
    lost('10.0.4.12', '10.0.4.4', '10:05:02', '10:05:11'),
    lost('10.0.4.12', '10.0.4.4', '10:09:31', '10:09:51'),
    lost('10.0.4.12', '10.0.4.4', '10:14:11', '10:14:31'),
    lost('10.0.4.12', '10.0.4.4', '10:18:41', '10:19:01'),
  ],
  expect: [
    flap('10.0.4.12~10.0.4.4', '10:00:41', ['10:00:40', '10:00:42']),
    flap('10.0.4.12~10.0.4.4', '10:05:11', ['10:05:10', '10:05:12']),
    {
      event: 'session_flapping',
      subject: '10.0.4.12~10.0.4.4',
      sees: 'ps',
      at: '10:00:41',
      proved: '10:09:51',
      told: 'duration',
      det: '10:10:02',
      severity: 'major',
    },
  ],
  forbid: [{ event: 'path_down' }, { event: 'redundancy_lost' }],
  pages: 1,
  beyond: ['the clearing of session_flapping at 10:52:02, from the decay of the penalty'],
}

const unreachable = site('br1', '03:00:20', '03:00:35', 'critical')

const s30: ScenarioData = {
  id: 'S30',
  title: 'VPN active-standby switchover, planned',
  labels: ['fault'],
  topology: 'TV',
  start: '02:50:00',
  end: '03:35:00',
  truth: [{ op: 'session-loss', gateway: 'vpngw-hub', neighbor: '10.200.0.1', at: '03:00:20', until: '03:00:32' }],
  expect: [
    flap('10.0.5.4~10.200.0.1', '03:00:32', ['03:00:31', '03:00:33'], ['0:00', '0:33']),
    // the catalogue's minute hides these
    {
      event: 'gateway_isolated',
      subject: 'vpngw-hub',
      sees: 'ps',
      source: 'vpngw-hub',
      at: '03:00:20',
      until: '03:00:32',
      pages: 1,
    },
    { event: 'no_path', subject: 'br1', sees: 'lr', source: 'vpngw-hub', at: '03:00:20', until: '03:00:35' },
    { ...unreachable, source: 'vpngw-hub' },
  ],
  forbid: [{ event: 'no_path' }, { event: 'mass_withdraw' }],
  pages: 0,
}

const s34: ScenarioData = {
  id: 'S34',
  title: 'Outage hidden inside a poll gap',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:38:00',
  truth: [
    { op: 'api-fault', fault: '503', operation: 'gateway.peers', at: '10:00:30', until: '10:06:30' },
    lost('10.0.4.12', '10.0.4.4', '10:02:10', '10:04:40'),
  ],
  expect: [flap('10.0.4.12~10.0.4.4', '10:04:40', ['10:04:39', '10:04:41'], ['0:00', '4:41'])],
  forbid: [{ event: 'mass_withdraw', alone: true }],
  pages: 0,
  beyond: ['the down-start inferred from the routes'],
}

export const sessions: readonly ScenarioData[] = [s06, s07, s08, s09, s30, s34]
