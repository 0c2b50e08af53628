import { type EventKindRecord, createEventConfirmation, DEFAULT_EVENT_KIND_FIELDS } from './event-kind-record.ts'

const GATEWAY = { ...DEFAULT_EVENT_KIND_FIELDS, area: 'gateway', scopes: ['gateway'], polls: ['peers'] } as const

const CONNECTION = {
  ...DEFAULT_EVENT_KIND_FIELDS,
  area: 'gateway',
  scopes: ['connection', 'gateway'],
  polls: ['connection'],
  proof: [createEventConfirmation('connection')],
  burst: true,
} as const

export const gatewayEventKinds = {
  peer_lost: {
    ...GATEWAY,
    name: 'Peer lost',
    meaning: 'No instance of a gateway has a session with this neighbor any more.',
    subject: 'neighbor',
    proof: [createEventConfirmation('peers', 2)],
    burst: true,
    incident: { rank: 110, failureDomain: 'neighbor' },
  },
  gateway_instance_lost: {
    ...GATEWAY,
    name: 'Gateway instance lost',
    meaning: 'One instance of a gateway has lost all of its sessions; the other still has its own.',
    subject: 'instance',
    proof: [createEventConfirmation('peers', 2)],
    burst: true,
    incident: { rank: 120 },
  },
  gateway_instance_restarted: {
    ...GATEWAY,
    name: 'Gateway instance restarted',
    meaning:
      'One instance of a gateway restarted between two polls. All of its sessions were established again at the same time.',
    subject: 'instance',
    proof: [createEventConfirmation('peers')],
    burst: true,
    incident: { rank: 122 },
  },
  gateway_isolated: {
    ...GATEWAY,
    name: 'Gateway isolated',
    meaning: 'A gateway has none of its expected sessions left: its networks are cut off.',
    subject: 'gateway',
    proof: [createEventConfirmation('peers')],
    burst: true,
    incident: { rank: 70 },
  },
  connection_down: {
    ...CONNECTION,
    name: 'VPN connection down',
    meaning: 'No tunnel of a VPN connection is up, so the networks behind it are not reachable over it.',
    subject: 'resource',
    incident: { rank: 75 },
  },
  tunnel_down: {
    ...CONNECTION,
    name: 'VPN tunnel down',
    meaning: 'One tunnel of a VPN connection is down. Without BGP, no other event shows it.',
    subject: 'tunnel',
    incident: { rank: 125 },
  },
  hub_connection_emptied: {
    ...GATEWAY,
    name: 'Hub connection empty',
    meaning:
      'A connection of a Virtual WAN hub no longer brings any prefix. Networks behind it are reached over other connections, or not at all.',
    subject: 'hubConnection',
    polls: ['learned'],
    proof: [createEventConfirmation('learned', 2)],
    burst: true,
    incident: { rank: 78 },
  },
  gateway_changing: {
    ...GATEWAY,
    name: 'Gateway changing',
    meaning: 'Azure is changing the gateway: its sessions may restart meanwhile.',
    subject: 'gateway',
    polls: ['peers', 'inventory'],
  },
  instance_divergence: {
    ...GATEWAY,
    name: 'Instances learn different routes',
    meaning: 'Two instances of a gateway learn different routes from one neighbor, though both have their session.',
    subject: 'neighbor',
    polls: ['learned', 'peers'],
    maintenance: 'alerts',
  },
} as const satisfies Record<string, EventKindRecord>
