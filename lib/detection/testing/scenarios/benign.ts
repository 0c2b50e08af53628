import { GATEWAY_ASN } from '#lib/bgp/index.ts'
import { C, HUB, session, t2, t2v } from '../estates.ts'
import { announces, type Scenario, startsPeer } from './scenario.ts'

const quiet = { expect: [], incidents: [] } satisfies Pick<Scenario, 'expect' | 'incidents'>

/** What must raise nothing. */
export const benign: Scenario[] = [
  { id: 'quiet', title: 'nothing happens', world: t2v, from: '9:50', to: '10:30', ...quiet },
  {
    id: 'S41',
    title: '429 storm: two of three polls of every kind refused',
    world: t2,
    from: '9:50',
    to: '10:50',
    collector: [
      {
        kind: 'all',
        from: '10:05:00',
        until: '10:20:00',
        minutes: (minute) => (minute % 60) % 3 !== 1,
        outcome: 'throttled',
      },
    ],
    ...quiet,
  },
  {
    id: 'S42',
    title: 'poll gap, nothing happened',
    world: t2,
    from: '9:50',
    to: '10:50',
    collector: [{ kind: 'all', from: '10:10:30', until: '10:13:30', outcome: 'not_polled' }],
    ...quiet,
  },
  {
    id: 'S43',
    title: 'one ARM error, one empty result, one timeout',
    world: t2,
    from: '9:50',
    to: '10:40',
    collector: [
      { kind: 'peers', from: '10:03:00', outcome: 'unavailable' },
      { kind: 'learned', from: '10:04:00', outcome: 'malformed' },
      { kind: 'summary', from: '10:05:00', outcome: 'timeout' },
    ],
    ...quiet,
  },
  {
    id: 'S50',
    title: 'state Unknown for three polls',
    world: t2,
    from: '9:50',
    to: '10:40',
    truth: [
      {
        at: '10:02:30',
        do: (world) => {
          for (const { sessions } of world.neighbors) {
            const own = sessions['10.0.4.13']
            if (own) Object.assign(own, { up: false, word: 'unknown', azureWord: 'Unknown' })
          }
        },
      },
      {
        at: '10:05:30',
        do: (world) => {
          for (const { sessions } of world.neighbors) {
            const own = sessions['10.0.4.13']
            if (own) Object.assign(own, { up: true, word: 'idle', azureWord: 'Idle' })
          }
        },
      },
    ],
    // the routes of the virtual network do not hang on the sessions, and those of the neighbors stay as they are
    collector: [{ kind: 'learned', from: '10:02:00', until: '10:06:00', outcome: 'not_polled' }],
    ...quiet,
  },
  {
    id: 'S52',
    title: 'answer from one instance only',
    world: t2,
    from: '9:50',
    to: '10:40',
    collector: [{ kind: 'learned', from: '10:03:00', until: '10:05:00', outcome: 'incomplete', silent: ['10.0.4.13'] }],
    ...quiet,
  },
  {
    id: 'S54',
    title: 'internal peer that never connects, another that restarts once',
    world: () => {
      const world = t2()
      world.neighbors.push({
        address: '10.0.4.13',
        gateway: HUB,
        circuit: null,
        path: null,
        asn: GATEWAY_ASN,
        sessions: { '10.0.4.12': session() },
        routes: new Map(),
      })
      return world
    },
    from: '9:50',
    to: '10:50',
    truth: [{ at: '10:10:20', do: (world, at) => startsPeer(world, '10.0.4.13', at) }],
    expect: [
      {
        kind: 'session_flap',
        scope: HUB,
        subject: '10.0.4.12~10.0.4.13',
        started: ['10:10:00', '10:10:21'],
        ended: ['10:10:19', '10:10:21'],
        severity: 'info',
      },
    ],
    incidents: [],
  },
  {
    id: 'S57',
    title: 'ARP poll fails once, the Microsoft row says nothing',
    world: t2,
    from: '9:50',
    to: '10:50',
    collector: [{ kind: 'arp', from: '10:20:00', outcome: 'timeout' }],
    ...quiet,
  },
  {
    id: 'S44',
    title: 'gateway scale-out',
    world: t2,
    from: '8:50',
    to: '9:40',
    truth: [
      { at: '9:00:00', do: (world) => (world.gateway(HUB).provisioningState = 'Updating') },
      {
        at: '9:03:10',
        do: (world, at) => {
          world.gateway(HUB).instances.push('10.0.4.16')
          for (const neighbor of world.neighbors) {
            if (neighbor.circuit) neighbor.sessions['10.0.4.16'] = { ...session(), upSince: at }
          }
        },
      },
      { at: '9:06:00', do: (world) => (world.gateway(HUB).provisioningState = 'Succeeded') },
    ],
    expect: [
      {
        kind: 'gateway_changing',
        scope: HUB,
        subject: HUB,
        started: ['08:59:30', '09:00:32'],
        ended: ['09:05:30', '09:06:32'],
        severity: 'info',
      },
    ],
    incidents: [],
  },
  {
    id: 'single withdrawal',
    title: 'a branch takes one prefix back and announces it again',
    world: t2v,
    from: '9:50',
    to: '10:40',
    truth: [
      { at: '10:00:30', do: (world) => void world.neighbor('10.200.0.1').routes.delete(C[0] ?? '') },
      { at: '10:10:30', do: (world) => announces(world, ['10.200.0.1'], C, [65010]) },
    ],
    ...quiet,
  },
  {
    id: 'new session',
    title: 'a neighbor that is new brings its table with it',
    world: t2,
    from: '9:50',
    to: '10:40',
    truth: [
      {
        at: '10:00:30',
        do: (world, at) => {
          world.neighbors.push({
            address: '10.0.4.20',
            gateway: HUB,
            circuit: null,
            path: null,
            asn: 12076,
            sessions: { '10.0.4.12': { ...session(), upSince: at }, '10.0.4.13': { ...session(), upSince: at } },
            routes: new Map(Array.from({ length: 80 }, (_, i) => [`10.40.${i}.0/24`, [65001, 65001]])),
          })
        },
      },
    ],
    ...quiet,
  },
]
