import { beforeEach, describe, expect, it } from 'vitest'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { type ReportScheduleInput, reportScheduleInput } from '../api/index.ts'
import { manualClock } from '#lib/platform/testing/manual-clock.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import type { DeliveryResult } from '#lib/notify/channels/sender.ts'
import { replaceChannels } from '#lib/notify/index.ts'
import { acceptedDeliveryResult, createRefusedDeliveryResult, testSecretEncryption } from '#lib/notify/testing/lab.ts'
import { listReports, replaceReports } from './manage-reports.ts'
import type { ReportDataReader } from './report-data.ts'
import {
  previewReport,
  type ReportMailContext,
  sendDueReports,
  sendReportNow,
  type ReportMailSender,
} from './send-reports.ts'

const db = withTestDatabase()
beforeEach(() => db.pool.query('TRUNCATE notify_channel, report_schedule, report_run'))

/** Friday on which the schedules are saved. */
const MADE = Date.UTC(2026, 10, 20, 12)
/** Monday on which the reports are due, 07:00 in London. */
const DUE = Date.UTC(2026, 10, 23, 7)

const month = (period: string) => ({
  month: period,
  from: Date.UTC(2026, 9),
  to: Date.UTC(2026, 10),
  rows: [],
  providers: [],
  days: [],
})
/** Returns a reader that records its requests and returns the data of any scope, except of one that is unknown. */
function reading() {
  const asked: string[] = []
  const read: ReportDataReader = async ({ report, scopes, period }) => {
    asked.push(`${report} ${period} ${scopes.join(' ')}`.trim())
    if (scopes.includes('customer:Nobody')) return null
    const [byCustomer, byCircuit] = [
      { ...month(period), by: 'customer' as const },
      { ...month(period), by: 'circuit' as const },
    ]
    return { report: 'availability_monthly', byCustomer, byCircuit }
  }
  return { asked, read }
}
function sending(answer: () => DeliveryResult = () => acceptedDeliveryResult) {
  const sent: { id: string; to: readonly string[]; subject: string }[] = []
  const send: ReportMailSender = async ({ id, to, mail: { subject } }) => {
    sent.push({ id, to, subject })
    return answer()
  }
  return { sent, send }
}
const contextAt = (at: number, more: Partial<ReportMailContext> = {}): ReportMailContext => ({
  read: reading().read,
  send: sending().send,
  clock: manualClock(at),
  publicUrl: null,
  ...more,
})

const weekly = (more: object = {}): ReportScheduleInput =>
  reportScheduleInput.parse({
    report: 'cost_weekly',
    name: 'Review',
    hour: 7,
    zone: 'Europe/London',
    addresses: ['boss@x.example'],
    ...more,
  })
const save = (...schedules: ReportScheduleInput[]) => replaceReports(db, { schedules }, { clock: manualClock(MADE) })
const read = (reader = { scope: 'everything' as const, seesCost: true } as Parameters<typeof listReports>[1]) =>
  listReports(db, reader, { now: MADE, hasMail: true })
const mailChannel = async (name: string, more: object = {}) => {
  await replaceChannels(
    db,
    {
      channels: [
        { kind: 'email', name, to: ['noc@x.example', 'boss@x.example'], enabled: true, filters: ALL, ...more },
      ],
    },
    { clock: manualClock(MADE), secrets: testSecretEncryption, scopeOf: (id) => id },
  )
  return (await read()).channels[0]?.id ?? ''
}
const ALL = {
  incidents: true,
  findings: false,
  posture: false,
  minSeverity: 'minor' as const,
  neededBy: 'nobody' as const,
  scopes: [],
  kinds: [],
  owners: [],
  hours: null,
}

describe('a report', () => {
  it('is sent once for each period, over several processes and restarts', async () => {
    await save(weekly())
    const { sent, send } = sending()
    expect(await sendDueReports(db, contextAt(DUE - 1, { send }))).toEqual({ written: 0, sent: 0 })
    const many = Array.from({ length: 6 }, () => sendDueReports(db, contextAt(DUE, { send })))
    await Promise.all(many)
    await sendDueReports(db, contextAt(DUE + 3 * 24 * MS_PER_HOUR, { send }))
    expect(sent).toHaveLength(1)
    await sendDueReports(db, contextAt(DUE + 7 * 24 * MS_PER_HOUR, { send }))
    expect(sent.map(({ to }) => to)).toEqual([['boss@x.example'], ['boss@x.example']])
    const { runs, schedules } = await read()
    expect(runs.map(({ period, state, byHand, attempts }) => [period, state, byHand, attempts])).toEqual([
      ['2026-W48', 'sent', false, 1],
      ['2026-W47', 'sent', false, 1],
    ])
    expect(schedules).toMatchObject([{ name: 'Review', next: DUE }])
  })

  it('is sent late where nobody was there, and begins with the next where it was made after one was due', async () => {
    await save(weekly({ weekday: 'fri', hour: 0 }))
    const { sent, send } = sending()
    await sendDueReports(db, contextAt(MADE + MS_PER_HOUR, { send }))
    expect(sent).toEqual([])
    await sendDueReports(db, contextAt(MADE + 10 * 24 * MS_PER_HOUR, { send }))
    expect(sent).toHaveLength(1)
  })

  it('is tried again with the same id and the same words, until the server takes it', async () => {
    await save(weekly())
    const { asked, read: reads } = reading()
    let works = false
    const { sent, send } = sending(() =>
      works ? acceptedDeliveryResult : createRefusedDeliveryResult('the mail server cannot be reached'),
    )
    await sendDueReports(db, contextAt(DUE, { send, read: reads }))
    expect((await read()).runs).toMatchObject([{ state: 'pending', lastError: 'the mail server cannot be reached' }])
    await sendDueReports(db, contextAt(DUE + 10_000, { send, read: reads }))
    expect(sent).toHaveLength(1)
    works = true
    await sendDueReports(db, contextAt(DUE + MS_PER_HOUR, { send, read: reads }))
    expect(new Set(sent.map(({ id, subject }) => id + subject)).size).toBe(1)
    expect(sent).toHaveLength(2)
    expect(asked).toEqual(['cost_weekly 2026-W47'])
    expect((await read()).runs).toMatchObject([{ state: 'sent', attempts: 2, lastError: null }])
  })

  it('is sent again to those alone whom the server refused', async () => {
    await save(weekly({ addresses: ['boss@x.example', 'gone@x.example'] }))
    const { sent, send } = sending(() => ({
      ...createRefusedDeliveryResult('it refused gone@x.example'),
      refused: ['gone@x.example'],
    }))
    await sendDueReports(db, contextAt(DUE, { send }))
    await sendDueReports(db, contextAt(DUE + MS_PER_HOUR, { send }))
    const other = sending()
    await sendDueReports(db, contextAt(DUE + 3 * MS_PER_HOUR, { send: other.send }))
    expect([...sent, ...other.sent].map(({ to }) => to.length)).toEqual([2, 1, 1])
    expect((await read()).runs).toMatchObject([
      { state: 'sent', attempts: 3, recipients: ['boss@x.example', 'gone@x.example'] },
    ])
  })

  it('goes to the recipients of channels too, each once, but to none that sees less than it shows', async () => {
    const id = await mailChannel('NOC')
    await save(weekly({ channels: [id] }))
    await mailChannel('NOC', { id, scopes: ['customer:Red'] })
    const { sent, send } = sending()
    await sendDueReports(db, contextAt(DUE, { send }))
    expect(sent.map(({ to }) => to)).toEqual([['boss@x.example']])
    await expect(save(weekly({ channels: [id] }))).rejects.toThrow(/sees less/)
    await save(weekly({ channels: [id], scopes: ['customer:Red'] }))
    await sendDueReports(db, contextAt(DUE + 7 * 24 * MS_PER_HOUR, { send }))
    expect(sent[1]?.to).toEqual(['boss@x.example', 'noc@x.example'])
    await expect(save(weekly({ channels: ['ch_none'] }))).rejects.toThrow(/no e-mail channel/)
  })

  it('is of what its scope sees, and says so when nothing is known of it', async () => {
    await save(weekly({ scopes: ['customer:Red'] }), weekly({ name: 'None', scopes: ['customer:Nobody'] }))
    const { asked, read: reads } = reading()
    await sendDueReports(db, contextAt(DUE, { read: reads }))
    expect(asked.toSorted()).toEqual(['cost_weekly 2026-W47 customer:Nobody', 'cost_weekly 2026-W47 customer:Red'])
    expect((await read()).runs.map(({ scheduleName, state }) => [scheduleName, state]).toSorted()).toEqual([
      ['None', 'failed'],
      ['Review', 'sent'],
    ])
  })

  it('is sent by hand beside its schedule, a few times an hour, and shown before', async () => {
    await save(weekly())
    const id = (await read()).schedules[0]?.id ?? ''
    expect(await previewReport(db, id, contextAt(DUE))).toMatchObject({
      period: '2026-W47',
      mail: { subject: expect.stringContaining('REPORT') },
    })
    const { sent, send } = sending()
    for (let n = 0; n < 20; n += 1)
      expect(await sendReportNow(db, id, contextAt(DUE, { send }))).toMatchObject({ state: 'sent', byHand: true })
    await expect(sendReportNow(db, id, contextAt(DUE, { send }))).rejects.toThrow(
      '20 reports were sent by hand in the last 60 min: try again in 3600 s.',
    )
    await expect(sendReportNow(db, 'rp_none', contextAt(DUE, { send }))).rejects.toThrow(/no report/)
    await sendDueReports(db, contextAt(DUE, { send }))
    expect(sent).toHaveLength(21)
    expect(new Set(sent.map((one) => one.id)).size).toBe(21)
  })

  it('is sent by hand no more often than that at once', async () => {
    await save(weekly())
    const id = (await read()).schedules[0]?.id ?? ''
    const { sent, send } = sending()
    const attempts = Array.from({ length: 24 }, () => sendReportNow(db, id, contextAt(DUE, { send })))
    const settled = await Promise.allSettled(attempts)
    const refused = settled.filter(({ status }) => status === 'rejected')
    expect(refused.map((one) => String((one as PromiseRejectedResult).reason))).toEqual(
      Array.from({ length: 4 }, () => expect.stringContaining('20 reports were sent by hand in the last 60 min')),
    )
    expect(sent).toHaveLength(20)
  })
})

it('reports and what they sent are seen by whose scope and rights allow it', async () => {
  await save(
    weekly({ scopes: ['customer:Red'] }),
    weekly({ name: 'All' }),
    reportScheduleInput.parse({
      report: 'availability_monthly',
      name: 'Red month',
      hour: 7,
      zone: 'Europe/London',
      scopes: ['customer:Red'],
      addresses: ['red@x.example'],
    }),
  )
  await sendDueReports(db, contextAt(DUE))
  const seen = await read({ scope: { subscriptions: [], customers: ['Red'] }, seesCost: true })
  expect(seen.schedules.map(({ name }) => name)).toEqual(['Review', 'Red month'])
  expect(seen.runs.map(({ scheduleName }) => scheduleName)).toEqual(['Review'])
  const withoutCost = await read({ scope: 'everything', seesCost: false })
  expect(withoutCost.schedules.map(({ name }) => name)).toEqual(['Red month'])
  expect(withoutCost.runs).toEqual([])
  // visibility of a sent report depends on its content, not on the current schedule
  const [review, all] = (await read()).schedules
  await save(weekly({ id: review?.id }), weekly({ id: all?.id, name: 'All', scopes: ['customer:Red'] }))
  const later = await read({ scope: { subscriptions: [], customers: ['Red'] }, seesCost: true })
  expect(later.schedules.map(({ name }) => name)).toEqual(['All'])
  expect(later.runs.map(({ scheduleName }) => scheduleName)).toEqual(['Review'])
})
