import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { AlarmWebhookReceiver } from './hooks.ts'

it('reads what each system sends in its own format, and pairs the end of an alarm with its begin', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-hooks-'))
  const { hooks, url } = await AlarmWebhookReceiver.start(path.join(folder, 'hook.sock'))
  const send = (system: string, body: unknown) =>
    fetch(`${url}/${encodeURIComponent(system)}`, { method: 'POST', body: JSON.stringify(body) })
  const [from, to] = ['2030-01-01T00:00:00Z', '2030-01-01T00:00:30Z']
  const labels = { alertname: 'session', site: 'site-02', path: 'primary' }
  await send('Prometheus', { alerts: [{ status: 'resolved', labels, startsAt: from, endsAt: to }] })
  const incident = { incidentId: 'i1', scopeName: 'erc-03', startedBetween: [from, to], owner: 'provider' }
  const outage = { atLeastSeconds: 10, atMostSeconds: 20 }
  await send('Peerwatch', { type: 'incident.closed', data: { ...incident, outage } })
  const needsYou = { when: 'today', reason: 'no spare path is left' }
  await send('Peerwatch', { type: 'incident.opened', data: { ...incident, needsYou, outage: null } })
  await send('Peerwatch', { type: 'digest', data: { entries: [{ ...incident, reason: 'opened', outage: null }] } })
  const again = ['2030-01-01T01:00:00Z', '2030-01-01T01:00:10Z']
  const fault = { scopeName: 'erc-03', startedBetween: again, owner: 'onprem' }
  await send('Peerwatch', { type: 'incident.opened', data: { ...incident, faults: [fault] } })
  const outages = [
    { started: [from, to], ended: [to, to] },
    { started: again, ended: ['2030-01-01T01:02:00Z', '2030-01-01T01:02:30Z'] },
  ]
  await send('Peerwatch', { type: 'incident.closed', data: { ...incident, outage, outages } })
  await send('Icinga', { alarm: 'site-01 primary bgp', state: 'firing', began: '1000.5', over: '' })
  await send('Icinga', { alarm: 'site-01 primary bgp', state: 'over', began: '', over: '1030.5' })
  await send('Icinga', 'nonsense')
  hooks.close()
  rmSync(folder, { recursive: true })
  const begun = Date.parse(from)
  const hour = begun + 3_600_000
  expect(hooks.all).toMatchObject([
    { system: 'Prometheus', site: 1, isOver: true, began: [begun, begun], lasted: [30_000, 30_000] },
    { system: 'Peerwatch', site: 2, isOver: true, began: [begun, begun + 30_000], lasted: [10_000, 20_000] },
    { system: 'Peerwatch', site: 2, isOver: false, wakes: false },
    { system: 'Peerwatch', site: 2, isOver: false, wakes: true, lasted: null, owners: ['provider'] },
    { system: 'Peerwatch', site: 2, isOver: false, began: [hour, hour + 10_000], owners: ['onprem'] },
    { system: 'Peerwatch', site: 2, isOver: true, began: [hour, hour + 10_000], lasted: [110_000, 150_000] },
    { system: 'Icinga', site: 0, isOver: false, began: [1_000_500, 1_000_500], lasted: null },
    { system: 'Icinga', site: 0, isOver: true, began: [1_000_500, 1_000_500], lasted: [30_000, 30_000] },
  ])
  expect(hooks.unread).toHaveLength(1)
})
