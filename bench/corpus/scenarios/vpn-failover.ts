/** A VPN connection takes over from a circuit, and gives it back: what its bytes tell of how long that took. */
import type { ScenarioData } from '../scenario.ts'
import { AMS, circuitDown, type Expected, fault, LATE, LON, near, site } from './frame.ts'

const DEVICE = '10.200.0.1'
const CONNECTION = 'cxn-br1'
const BRANCH = 65010
const CUSTOMER = 65001

/** One site, at home behind London alone, and the same device that the branch has as its backup; the other site is elsewhere. */
const backedByVpn = {
  topology: 'T2v',
  start: '09:50:00',
  end: '11:00:00',
  also: ['cn'],
  patch: {
    sites: {
      'dc-a': {
        announces: [{ circuit: LON }, { connection: CONNECTION, asPath: [BRANCH, CUSTOMER] }],
        egress: [
          { circuit: LON, weight: 10 },
          { connection: CONNECTION, weight: 5 },
        ],
      },
      'dc-b': { announces: [{ circuit: AMS }], egress: [{ circuit: AMS, weight: 10 }] },
    },
  },
} satisfies Partial<ScenarioData>

const moved = (event: 'failover' | 'best_path_shift', at: string, until: string): Expected => ({
  event,
  subject: `${LON} > ${DEVICE}`,
  sees: 'lr',
  at,
  until,
  ends: { at: until },
})

const cut: ScenarioData = {
  ...backedByVpn,
  ...fault,
  id: 'S280',
  title: 'Both paths of a circuit are cut, and its site goes by VPN until they are back',
  truth: [
    {
      op: 'cut-path',
      circuit: LON,
      path: 'both',
      at: '10:00:30',
      until: '10:25:00',
      reconnect: '30s',
      routesAfter: '15s',
    },
  ],
  expect: [
    site('dc-a', '10:00:33', '10:25:45'),
    ...circuitDown(LON, '10:00:31', '10:25:30'),
    { ...moved('failover', '10:00:33', '10:25:45'), severity: 'critical' },
    { event: 'failback', subject: `${LON} > ${DEVICE}`, sees: 'lr', at: '10:25:45' },
  ],
  forbid: [{ event: 'no_path' }],
  pages: 1,
}

const withdrawn: ScenarioData = {
  ...backedByVpn,
  ...fault,
  id: 'S281',
  title: 'A site withdraws its prefixes from its circuit, and goes by VPN while all sessions stay up',
  truth: [{ op: 'withdraw', site: 'dc-a', circuit: LON, at: '10:00:20', until: '10:25:20', ...LATE }],
  expect: [
    site('dc-a', '10:00:23', '10:25:23'),
    {
      event: 'mass_withdraw',
      subject: '10.0.4.4,10.0.4.5',
      sees: 'lr',
      at: '10:00:23',
      until: '10:25:23',
      ends: { at: '10:25:23' },
    },
    moved('best_path_shift', '10:00:23', '10:25:23'),
  ],
  forbid: [{ event: 'failover' }, { event: 'no_path' }],
  pages: 1,
}

const backupLost: ScenarioData = {
  ...backedByVpn,
  ...near,
  labels: ['fault'],
  id: 'S282',
  title: 'The VPN device takes its prefixes back while the circuit carries: nothing moves',
  truth: [{ op: 'withdraw', site: 'dc-a', connection: CONNECTION, at: '10:00:20', until: '10:25:20', ...LATE }],
  expect: [
    {
      event: 'mass_withdraw',
      subject: DEVICE,
      sees: 'lr',
      source: 'vpngw-hub',
      at: '10:00:23',
      until: '10:25:23',
      ends: { at: '10:25:23' },
      severity: 'minor',
    },
  ],
  forbid: [{ event: 'failover' }, { event: 'best_path_shift' }, { event: 'no_path' }, { event: 'site_state_changed' }],
}

export const vpnFailover: readonly ScenarioData[] = [cut, withdrawn, backupLost]
