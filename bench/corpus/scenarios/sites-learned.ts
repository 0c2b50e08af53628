/** Nobody declared a site: what belongs together is learned from where it has been reached for long. */
import type { ScenarioData } from '../scenario.ts'
import { AMS, type Expected, fault, LATE, LON, near, site, type Truth } from './frame.ts'

/** Everything was polled eight days before as well: by then, and now, each prefix is at home where it is. */
const undeclared = {
  topology: 'T2',
  start: '09:55:00',
  end: '11:30:00',
  known: true,
  declared: { sites: false },
} satisfies Partial<ScenarioData>

const LONDON = 'learned: London / ProvA'
const AMSTERDAM = 'learned: Amsterdam / ProvB'
/** Two prefixes of `dc-a`, and all of it. */
const SOME = ['10.12.0.0/16', '10.13.0.0/16']
/** From the edge to the gateway. */
const withdrawn = (circuit: string, at: string, until: string, prefixes?: string[]): Truth => ({
  op: 'withdraw',
  site: 'dc-a',
  circuit,
  ...(prefixes ? { prefixes } : {}),
  at,
  until,
  ...LATE,
})

/** What is seen of it whether or not anybody knows of sites: the edge routers lose the prefixes, the gateway takes the other way. */
const shifted = (at: string, until: string): Expected => ({
  event: 'best_path_shift',
  subject: `${LON} > ${AMS}`,
  sees: 'lr',
  at,
  until,
  ends: { at: until },
})
const toTheOther = (at: string, until: string): Expected[] => [
  {
    event: 'mass_withdraw',
    subject: '10.0.4.4,10.0.4.5',
    sees: 'lr',
    at,
    until,
    ends: { at: until },
    severity: 'major',
  },
  shifted(at, until),
]
/** Every way to a site went while Microsoft's side of each is well. */
const lost = (subject: string, at: string, until: string): Expected[] => [
  site(subject, at, until, 'critical'),
  {
    event: 'no_path',
    subject,
    sees: 'lr',
    at,
    until,
    ends: { at: until },
    severity: 'critical',
    cause: 'onprem_edge_loss',
    confidence: 0.85,
  },
]

const onBackup: ScenarioData = {
  ...undeclared,
  ...fault,
  id: 'S270',
  title: 'Home withdraws all of a site that nobody declared; the other circuit takes it',
  truth: [withdrawn(LON, '10:00:20', '10:40:20')],
  expect: [site(LONDON, '10:00:23', '10:40:23'), ...toTheOther('10:00:23', '10:40:23')],
  forbid: [{ event: 'no_path' }, { event: 'site_state_changed', subject: AMSTERDAM }],
  pages: 1,
}

const movedForAnHour: ScenarioData = {
  ...undeclared,
  ...fault,
  id: 'S271',
  title: 'Two prefixes are elsewhere for an hour, then all of the site is lost: it is the same site as before',
  end: '12:20:00',
  truth: [
    withdrawn(LON, '10:00:20', '11:00:20', SOME),
    ...[LON, AMS].map((circuit) => withdrawn(circuit, '11:20:20', '11:40:20')),
  ],
  expect: [
    site(LONDON, '10:00:23', '11:00:23'),
    shifted('10:00:23', '11:00:23'),
    ...lost(LONDON, '11:20:23', '11:40:23'),
  ],
  forbid: [{ event: 'site_state_changed', subject: AMSTERDAM }],
  pages: 1,
}

const edgeLost: ScenarioData = {
  ...undeclared,
  ...fault,
  id: 'S272',
  title: 'A site that nobody declared loses its edge: both circuits withdraw it while all their sessions stay',
  truth: [LON, AMS].map((circuit) => withdrawn(circuit, '10:00:20', '10:30:20')),
  expect: lost(LONDON, '10:00:23', '10:30:23'),
  forbid: [
    { event: 'site_state_changed', subject: AMSTERDAM },
    { event: 'mass_withdraw', alone: true },
  ],
  pages: 1,
}

const notKnownLong: ScenarioData = {
  ...undeclared,
  ...near,
  known: false,
  labels: ['fault'],
  id: 'S273',
  title: 'The same, and it was looked at for the first time five minutes before: what belongs together is not known',
  truth: [withdrawn(LON, '10:00:20', '10:40:20')],
  expect: toTheOther('10:00:23', '10:40:23'),
  forbid: [{ event: 'site_state_changed' }, { event: 'no_path' }],
  pages: 1,
}

const declared: ScenarioData = {
  ...undeclared,
  ...fault,
  declared: {},
  id: 'S274',
  title: 'The same, and the sites are declared: they are told by their own names',
  truth: [withdrawn(LON, '10:00:20', '10:40:20')],
  expect: [site('dc-a', '10:00:23', '10:40:23'), ...toTheOther('10:00:23', '10:40:23')],
  forbid: [{ event: 'site_state_changed', subject: 'learned' }],
  pages: 1,
}

const decommissioned: ScenarioData = {
  ...undeclared,
  ...fault,
  id: 'S275',
  title: 'A prefix of a site that nobody declared is announced nowhere any more: a part of it, and no outage',
  truth: [LON, AMS].map((circuit) => withdrawn(circuit, '10:00:20', '10:50:20', SOME.slice(0, 1))),
  expect: [{ ...site(LONDON, '10:00:23', '10:50:23'), severity: 'minor' }],
  forbid: [{ event: 'no_path' }],
  pages: 0,
}

export const sitesLearned: readonly ScenarioData[] = [
  onBackup,
  movedForAnHour,
  edgeLost,
  notKnownLong,
  declared,
  decommissioned,
]
