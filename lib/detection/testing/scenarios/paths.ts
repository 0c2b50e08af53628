import { A, B, t2 } from '../estates.ts'
import {
  AZURE_PRIVATE,
  announces,
  endsCe,
  endsPeer,
  PRIMARY,
  type Scenario,
  startsCe,
  startsPeer,
  withdraws,
} from './scenario.ts'

const LON = ['10.0.4.4', '10.0.4.5']
const own = [65001]

export const paths: Scenario[] = [
  {
    id: 'S01',
    title: 'one path cut, BFD active',
    world: t2,
    from: '9:50',
    to: '10:50',
    truth: [
      { at: '10:00:30', do: (world) => (world.path('ckt-lon', 'primary').arp = 'incomplete') },
      { at: '10:00:31', do: (world) => endsCe(world, 'ckt-lon', 'primary') },
      { at: '10:00:33', do: (world) => withdraws(world, ['10.0.4.4'], [...A, ...B]) },
      { at: '10:12:40', do: (world) => (world.path('ckt-lon', 'primary').arp = 'complete') },
      { at: '10:12:52', do: (world, at) => startsCe(world, 'ckt-lon', 'primary', at) },
      {
        at: '10:12:58',
        do: (world) => {
          announces(world, ['10.0.4.4'], A, own)
          announces(world, ['10.0.4.4'], B, [65001, 65001, 65001])
        },
      },
    ],
    expect: [
      {
        kind: 'path_down',
        scope: 'ckt-lon',
        subject: PRIMARY,
        started: ['10:00:10', '10:01:12'],
        ended: ['10:12:50', '10:12:53'],
        severity: 'major',
        detected: '10:01:12',
        lasted: [698, 763],
        cause: ['provider_or_customer_link', 0.7],
      },
      {
        kind: 'redundancy_lost',
        scope: 'ckt-lon',
        subject: AZURE_PRIVATE,
        started: ['10:00:10', '10:01:12'],
        ended: ['10:12:50', '10:12:53'],
        severity: 'major',
      },
      { kind: 'redundancy_restored', scope: 'ckt-lon', subject: AZURE_PRIVATE, started: ['10:12:50', '10:12:53'] },
      {
        kind: 'ecmp_reduced',
        scope: 'ckt-lon',
        subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
        started: ['10:00:05', '10:01:07'],
        ended: ['10:12:05', '10:13:07'],
      },
      {
        kind: 'ecmp_restored',
        scope: 'ckt-lon',
        subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
        started: ['10:12:05', '10:13:07'],
      },
    ],
    incidents: ['path_down'],
  },
  {
    id: 'S02',
    title: 'silent cut, hold timer',
    world: t2,
    from: '9:50',
    to: '10:55',
    truth: [
      { at: '10:03:02', do: (world) => endsCe(world, 'ckt-lon', 'primary') },
      { at: '10:03:05', do: (world) => withdraws(world, ['10.0.4.4'], [...A, ...B]) },
      { at: '10:04:00', do: (world) => (world.path('ckt-lon', 'primary').arp = 'incomplete') },
      { at: '10:20:00', do: (world) => (world.path('ckt-lon', 'primary').arp = 'complete') },
      { at: '10:20:25', do: (world, at) => startsCe(world, 'ckt-lon', 'primary', at) },
      {
        at: '10:20:31',
        do: (world) => {
          announces(world, ['10.0.4.4'], A, own)
          announces(world, ['10.0.4.4'], B, [65001, 65001, 65001])
        },
      },
    ],
    expect: [
      {
        kind: 'path_down',
        scope: 'ckt-lon',
        subject: PRIMARY,
        started: ['10:02:10', '10:03:12'],
        ended: ['10:20:23', '10:20:26'],
        detected: '10:03:12',
        lasted: [1031, 1096],
      },
      {
        kind: 'redundancy_lost',
        scope: 'ckt-lon',
        subject: AZURE_PRIVATE,
        started: ['10:02:10', '10:03:12'],
        ended: ['10:20:23', '10:20:26'],
      },
      { kind: 'redundancy_restored', scope: 'ckt-lon', subject: AZURE_PRIVATE, started: ['10:20:23', '10:20:26'] },
      {
        kind: 'ecmp_reduced',
        scope: 'ckt-lon',
        subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
        started: ['10:02:05', '10:03:07'],
        ended: ['10:20:05', '10:21:07'],
      },
      {
        kind: 'ecmp_restored',
        scope: 'ckt-lon',
        subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
        started: ['10:20:05', '10:21:07'],
      },
    ],
    incidents: ['path_down'],
  },
  {
    id: 'S03',
    title: 'both paths of one circuit: failover to the other circuit',
    world: t2,
    from: '9:50',
    to: '11:20',
    truth: [
      {
        at: '10:00:31',
        do: (world) => {
          for (const path of ['primary', 'secondary'] as const) {
            endsCe(world, 'ckt-lon', path)
            world.path('ckt-lon', path).arp = 'incomplete'
          }
        },
      },
      { at: '10:00:34', do: (world) => withdraws(world, LON, [...A, ...B]) },
      {
        at: '10:41:10',
        do: (world, at) => {
          for (const path of ['primary', 'secondary'] as const) {
            startsCe(world, 'ckt-lon', path, at)
            world.path('ckt-lon', path).arp = 'complete'
          }
        },
      },
      {
        at: '10:41:16',
        do: (world) => {
          announces(world, LON, A, own)
          announces(world, LON, B, [65001, 65001, 65001])
        },
      },
    ],
    expect: [
      {
        kind: 'circuit_down',
        scope: 'ckt-lon',
        subject: AZURE_PRIVATE,
        started: ['10:00:10', '10:01:12'],
        ended: ['10:41:08', '10:41:11'],
        severity: 'major',
        lasted: [2396, 2461],
        cause: ['provider_outage', 0.6],
      },
      {
        kind: 'failover',
        scope: 'ckt-lon',
        subject: 'ckt-lon > ckt-ams',
        started: ['10:00:05', '10:01:07'],
        ended: ['10:41:05', '10:42:07'],
        severity: 'major',
      },
      { kind: 'failback', scope: 'ckt-lon', subject: 'ckt-lon > ckt-ams', started: ['10:41:05', '10:42:07'] },
    ],
    incidents: ['circuit_down'],
  },
  {
    id: 'S12',
    title: 'maintenance between Microsoft edge and core',
    world: t2,
    from: '22:45',
    to: '23:55',
    truth: [
      { at: '23:00:05', do: (world) => endsPeer(world, '10.0.4.4') },
      { at: '23:18:30', do: (world, at) => startsPeer(world, '10.0.4.4', at) },
    ],
    expect: [
      {
        kind: 'peer_lost',
        scope: 'ergw-hub',
        subject: '10.0.4.4',
        started: ['23:00:00', '23:01:02'],
        ended: ['23:18:29', '23:18:31'],
        severity: 'minor',
        lasted: [1047, 1111],
        cause: ['msee_core_maintenance', 0.7],
      },
      {
        kind: 'ecmp_reduced',
        scope: 'ckt-lon',
        subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
        started: ['22:59:05', '23:00:07'],
        ended: ['23:18:05', '23:19:07'],
      },
      {
        kind: 'ecmp_restored',
        scope: 'ckt-lon',
        subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
        started: ['23:18:05', '23:19:07'],
      },
    ],
    incidents: ['peer_lost'],
  },
  {
    id: 'S15',
    title: 'the provider deprovisions the circuit',
    world: t2,
    from: '12:45',
    to: '13:40',
    truth: [
      {
        at: '13:00:10',
        do: (world) => {
          const circuit = world.circuits.get('ckt-lon')
          if (circuit) circuit.intent.provider = 'NotProvisioned'
        },
      },
      {
        at: '13:00:12',
        do: (world) => {
          endsCe(world, 'ckt-lon', 'primary')
          endsCe(world, 'ckt-lon', 'secondary')
          withdraws(world, LON, [...A, ...B])
        },
      },
    ],
    expect: [
      {
        kind: 'provider_state_changed',
        scope: 'ckt-lon',
        subject: 'ckt-lon',
        started: ['12:59:30', '13:00:32'],
        severity: 'major',
        cause: ['provider_deprovisioned', 0.95],
      },
      { kind: 'failover', scope: 'ckt-lon', subject: 'ckt-lon > ckt-ams', started: ['13:00:05', '13:01:07'] },
    ],
    incidents: ['provider_state_changed'],
  },
]
