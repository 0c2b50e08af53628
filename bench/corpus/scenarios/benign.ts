/** What looks like a fault and is none. */
import type { ScenarioData } from '../scenario.ts'

const GW = 'ergw-hub'
/** Three quarters of an hour around what happens at ten past ten. */
const usual = {
  labels: ['benign'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:40:00',
  silent: true,
  pages: 0,
} satisfies Partial<ScenarioData>

const s40: ScenarioData = {
  ...usual,
  id: 'S40',
  title: 'Byte counter reset',
  truth: [{ op: 'counter-reset', circuit: 'ckt-lon', at: '10:07:10' }],
  expect: (['primary', 'secondary'] as const).map((path) => ({
    event: 'counter_reset',
    subject: `ckt-lon/${path}`,
    source: 'ckt-lon',
    sees: 'st',
    at: '10:07:10',
    t: ['10:06:25', '10:07:27'],
    severity: 'info',
  })),
}

const s41: ScenarioData = {
  ...usual,
  id: 'S41',
  title: '429 storm',
  forbid: [{ event: 'collector_degraded' }, { event: 'nothing_polled' }],
  end: '10:55:00',
  truth: [{ op: 'api-fault', fault: '429', retryAfter: 60, at: '10:05:00', for: '2m', every: '3m', times: 5 }],
}

const s42: ScenarioData = {
  ...usual,
  id: 'S42',
  title: 'Poll gap, nothing happened',
  forbid: [{ event: 'session_up' }, { event: 'initial_state' }, { event: 'session_flap' }, { event: 'nothing_polled' }],
  end: '10:45:00',
  collector: [{ kind: 'pause', at: '10:10:30', until: '10:13:30' }],
}

const s45: ScenarioData = {
  ...usual,
  id: 'S45',
  title: 'Clock skew and a step',
  collector: [{ kind: 'clock', at: '10:03:30', stepMs: 1200, ppm: 50 }],
  expect: [{ event: 'clock_step', subject: 'worker-1', sees: 'ps', at: '10:03:30', severity: 'info' }],
  beyond: ['the Date header: bounds do not come from it, so that the run has none'],
}

const s54: ScenarioData = {
  ...usual,
  id: 'S54',
  end: '10:45:00',
  title: 'Internal peer that never connects',
  silent: false,
  truth: [
    {
      op: 'session-loss',
      gateway: GW,
      instance: '10.0.4.12',
      neighbor: '10.0.4.13',
      at: '10:10:05',
      until: '10:10:20',
    },
  ],
  expect: [{ event: 'session_flap', subject: '10.0.4.12~10.0.4.13', sees: 'ps', at: '10:10:20', severity: 'info' }],
  forbid: [
    { event: 'session_down', subject: '10.0.4.15' },
    { event: 'peer_lost' },
    { event: 'path_down' },
    { event: 'redundancy_lost' },
  ],
}

const s56: ScenarioData = {
  ...usual,
  id: 'S56',
  title: 'Quiet holiday',
  silent: false,
  start: '07:50:00',
  end: '09:10:00',
  truth: [{ op: 'traffic', factor: 0.03, at: '08:00:00' }],
  expect: [
    {
      event: 'traffic_low_everywhere',
      subject: '*',
      sees: 'st',
      source: 'ckt-lon',
      at: '08:00:00',
      samples: 3,
      flat: '5:00',
      level: { was: 5, is: 0.15 },
      severity: 'info',
    },
  ],
  forbid: [{ event: 'green_but_dead' }, { event: 'one_way_traffic' }],
}

const s57: ScenarioData = {
  ...usual,
  id: 'S57',
  title: 'ARP oddities',
  patch: { circuits: { 'ckt-ams': { arpShowsMicrosoft: false } } },
  end: '10:55:00',
  collector: [{ kind: 'timeout', poll: 'ar', source: 'ckt-ams/primary', at: '10:20:00', until: '10:20:40' }],
  beyond: ["both paths of ckt-ams lack Microsoft's row, and ages go round by themselves"],
}

const s59: ScenarioData = {
  ...usual,
  id: 'S59',
  title: 'Keepalive counter beats',
  forbid: [{ event: 'keepalive_stall' }, { event: 'session_flap' }],
  truth: [
    { op: 'keepalive-stall', gateway: GW, neighbor: '10.0.4.5', at: '10:03:00', for: '70s', every: '3m', times: 5 },
  ],
}

const s61: ScenarioData = {
  id: 'S61',
  title: 'Collector restart in the middle of an outage',
  labels: ['benign', 'collector'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:45:00',
  truth: [{ op: 'cut-path', circuit: 'ckt-lon', path: 'primary', at: '10:00:30', until: '10:12:40' }],
  collector: [{ kind: 'restart', at: '10:05:40', until: '10:06:20' }],
  expect: [
    {
      event: 'path_down',
      subject: 'ckt-lon/primary',
      sees: 'cs',
      at: '10:00:31',
      until: '10:12:52',
      t: ['10:00:10', '10:01:12'],
      ends: { at: '10:12:52', told: 'upDown', t: ['10:12:50', '10:12:53'] },
      outage: ['11:38', '12:43'],
    },
    {
      event: 'redundancy_lost',
      subject: 'ckt-lon',
      sees: 'cs',
      at: '10:00:31',
      until: '10:12:52',
      t: ['10:00:10', '10:01:12'],
    },
    { event: 'redundancy_restored', subject: 'ckt-lon', sees: 'cs', at: '10:12:52', told: 'upDown', samples: 2 },
    {
      event: 'ecmp_reduced',
      subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
      sees: 'lr',
      at: '10:00:33',
      until: '10:12:58',
      t: ['10:00:05', '10:01:07'],
    },
    { event: 'ecmp_restored', subject: '10.0.4.4,10.0.4.5 > 10.0.4.5', sees: 'lr', at: '10:12:58' },
  ],
  forbid: [{ event: 'failover' }, { event: 'circuit_down' }, { event: 'mass_withdraw', alone: true }],
  pages: 1,
}

export const benign: readonly ScenarioData[] = [s40, s41, s42, s45, s54, s56, s57, s59, s61]
