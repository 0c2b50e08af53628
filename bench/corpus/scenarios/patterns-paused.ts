/** An operator does not want something to be polled: nothing is told of it meanwhile, and afterwards it is held against what was known. */
import type { ScenarioData } from '../scenario.ts'
import { AMS, circuitDown, fault, GW, LON, longerAroundTen, near } from './frame.ts'

const lost = (at: string, until: string) =>
  (['primary', 'secondary'] as const).map((path) => ({ op: 'session-loss', circuit: LON, path, at, until }) as const)

/** Everything is looked at again before the run ends. */
const allPaused = { kind: 'paused', at: '10:05:30', until: '10:30:30' } as const
const nothing = [{ event: 'nothing_polled' }, { event: 'collector_degraded' }, { event: 'collector_error' }] as const

const s210: ScenarioData = {
  ...longerAroundTen,
  ...near,
  id: 'S210',
  title: 'Everything is paused for longer than silence is borne',
  labels: ['collector'],
  collector: [allPaused],
  silent: true,
  forbid: [...nothing],
}

const s211: ScenarioData = {
  ...longerAroundTen,
  ...near,
  id: 'S211',
  title: 'A circuit is paused, and answers with errors before and meanwhile',
  labels: ['collector'],
  truth: [{ op: 'api-fault', fault: '403', operation: 'circuit', resource: LON, at: '10:00:20', until: '10:20:00' }],
  collector: [{ kind: 'paused', at: '10:05:30', until: '10:30:30', resource: LON }],
  forbid: [{ event: 'collector_degraded' }, { event: 'circuit_down' }, { event: 'path_down' }],
}

const s212: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S212',
  title: 'Sessions of a circuit fall while everything is paused, and are down when it is polled again',
  truth: lost('10:10:15', '10:38:40'),
  collector: [allPaused],
  expect: [
    ...circuitDown(LON, '10:10:15', '10:38:40'),
    { event: 'redundancy_lost', subject: LON, sees: 'cs', at: '10:10:15', until: '10:38:40' },
    { event: 'failover', subject: `${LON} > ${AMS}`, sees: 'lr', at: '10:10:17', until: '10:38:46' },
    { event: 'failback', subject: `${LON} > ${AMS}`, sees: 'lr', at: '10:38:46' },
  ],
  forbid: [...nothing],
  pages: 1,
}

const s213: ScenarioData = {
  ...longerAroundTen,
  ...near,
  id: 'S213',
  title:
    'Edge routers of a circuit are lost to the gateway while the circuit is paused: who paused it hears nothing of it',
  labels: ['fault'],
  truth: ['10.0.4.4', '10.0.4.5'].map((neighbor) => ({
    op: 'session-loss' as const,
    gateway: GW,
    neighbor,
    at: '10:10:20',
    until: '10:20:30',
  })),
  collector: [
    { kind: 'paused', at: '10:05:30', until: '10:30:30', resource: LON },
    { kind: 'paused', at: '10:05:30', until: '10:30:30', resource: GW },
  ],
  forbid: [{ event: 'circuit_down' }, { event: 'peer_lost' }, { event: 'collector_error' }, { event: 'failover' }],
}

export const patternsPaused: readonly ScenarioData[] = [s210, s211, s212, s213]
