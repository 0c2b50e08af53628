import { type EventKindRecord, proof, USUAL } from './record.ts'

const SESSION = {
  ...USUAL,
  area: 'session',
  scopes: ['gateway', 'circuit'],
  subject: 'session',
  polls: ['peers', 'summary'],
} as const

const INCONSISTENT_ANSWER = {
  from: 'rule',
  class: 'inconsistent_answer',
  owner: 'microsoft',
  confidence: 0.5,
  nextStep:
    'None for the network: Azure answered from a cache or from another view. If it goes on, compare connectedDuration with your own router.',
} as const

export const sessionKinds = {
  session_down: {
    ...SESSION,
    name: 'Session down',
    meaning: 'A BGP session went down.',
    lifecycle: { endedBy: 'session_up' },
    proof: [proof('peers', 2), proof('summary', 2)],
    burst: true,
    incident: { rank: 170, failureDomain: 'neighbor' },
  },
  session_up: {
    ...SESSION,
    name: 'Session up',
    meaning: 'A BGP session came up.',
    lifecycle: 'point',
    recovery: true,
    incident: 'aside',
    cause: { from: 'evidence', owner: 'unknown', nextStep: 'None: the session is established.' },
  },
  session_flap: {
    ...SESSION,
    name: 'Session flap',
    meaning: 'A BGP session restarted between two polls: both saw it up, and its age proves the restart.',
    proof: [proof('peers'), proof('summary')],
    burst: true,
    incident: { rank: 180, failureDomain: 'neighbor' },
  },
  session_flapping: {
    ...SESSION,
    name: 'Session flapping',
    meaning: 'A BGP session keeps restarting: three times within half an hour, or more often than a router would damp.',
    incident: { rank: 160, failureDomain: 'neighbor' },
  },
  router_session_down: {
    ...SESSION,
    name: 'Session down at the router',
    meaning:
      'The customer’s router reports that its BGP session with Azure went down; no answer of Azure’s shows it yet.',
    proof: [proof('peers'), proof('summary')],
    burst: true,
    incident: { rank: 175, failureDomain: 'neighbor' },
  },
  router_silent: {
    ...SESSION,
    name: 'Router silent',
    meaning: 'The customer’s router reports no more: its end of a session that Azure last showed up is not known.',
    proof: [proof('peers'), proof('summary')],
    burst: true,
    incident: { rank: 177, failureDomain: 'neighbor' },
    cause: {
      from: 'evidence',
      owner: 'unknown',
      nextStep: 'Check that the router runs, and that its management network reaches the BMP station.',
    },
  },
  session_ends_differ: {
    ...SESSION,
    name: 'Ends differ',
    meaning: 'A BGP session is up at one end and down at the other, for longer than hold and keepalive times allow.',
    scopes: ['circuit'],
    polls: ['summary'],
    burst: true,
    incident: { rank: 185, failureDomain: 'neighbor' },
  },
  keepalive_stall: {
    ...SESSION,
    name: 'Keepalive stall',
    meaning: 'A session is up, but two keepalives are overdue: it may go down within the hold time.',
    polls: ['peers'],
    burst: true,
    incident: { rank: 190, failureDomain: 'neighbor' },
  },
  session_restart_unproven: {
    ...SESSION,
    name: 'Restart not proven',
    meaning: 'A session may have restarted; the polls do not prove it.',
    lifecycle: 'point',
    maintenance: 'alerts',
    incident: 'aside',
    cause: INCONSISTENT_ANSWER,
  },
  duration_inconsistent: {
    ...SESSION,
    name: 'Session age inconsistent',
    meaning: 'The session age that Azure reports contradicts earlier polls.',
    maintenance: 'alerts',
    incident: 'aside',
    cause: INCONSISTENT_ANSWER,
  },
  session_unknown: {
    ...SESSION,
    name: 'State unknown',
    meaning: 'Azure has reported this session’s state as Unknown for five polls while reporting the others.',
    maintenance: 'alerts',
    incident: 'aside',
    cause: {
      from: 'rule',
      class: 'state_not_reported',
      owner: 'microsoft',
      confidence: 0.5,
      nextStep:
        'None for the network: Azure answers without this session’s state. Check the neighbor’s own router; if it goes on, ask Microsoft.',
    },
  },
  initial_state: {
    ...SESSION,
    name: 'First seen',
    meaning: 'The state when monitoring began: a baseline, not a change.',
    lifecycle: 'point',
    subject: 'resource',
    maintenance: 'alerts',
    incident: 'aside',
    cause: {
      from: 'rule',
      class: 'before_monitoring',
      owner: 'unknown',
      confidence: 0,
      nextStep:
        'These sessions were not established when monitoring began; since when is not known. Check which of them should be up.',
    },
  },
} as const satisfies Record<string, EventKindRecord>
