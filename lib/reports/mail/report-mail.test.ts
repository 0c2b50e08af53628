import { describe, expect, it } from 'vitest'
import type { AvailabilityReportRow, StoredAvailabilityReport } from '../api/index.ts'
import type { CostReviewWithSummary } from '#lib/cost/api/index.ts'
import { buildReportMail } from './report-mail.ts'

const MONTH = 30 * 86_400
const divided = {
  seconds: MONTH,
  upSeconds: { atLeast: MONTH, atMost: MONTH },
  downSeconds: { atLeast: 0, atMost: 0 },
  indeterminateSeconds: 0,
  unknownSeconds: 0,
  plannedSeconds: 0,
  upPercent: { atLeast: 100, atMost: 100 },
}
const row = (name: string, more: Partial<AvailabilityReportRow> = {}): AvailabilityReportRow => ({
  id: null,
  name,
  provider: null,
  circuits: [`erc-${name}`],
  seconds: MONTH,
  upSeconds: { atLeast: MONTH - 600, atMost: MONTH - 300 },
  downSeconds: { atLeast: 300, atMost: 600 },
  indeterminateSeconds: 300,
  unknownSeconds: 0,
  plannedSeconds: 0,
  byOwner: {},
  outages: 1,
  repeats: 0,
  mttrSeconds: { atLeast: 300, atMost: 600 },
  creditDue: null,
  upPercent: { atLeast: 99.9, atMost: 99.9 },
  forwarding: { ...divided, byOwner: {} },
  reachability: null,
  outagesByLayer: { session: 1, forwarding: 0, reachability: 0 },
  losses: [],
  peerings: [],
  prefixes: [],
  prefixesOmitted: 0,
  ...more,
})
const month = (by: 'customer' | 'circuit', rows: AvailabilityReportRow[]): StoredAvailabilityReport => ({
  month: '2026-11',
  from: Date.UTC(2026, 10),
  to: Date.UTC(2026, 11),
  by,
  rows,
  providers: [],
  days: [],
})
const availability = (...rows: AvailabilityReportRow[]) =>
  ({ report: 'availability_monthly', byCustomer: month('customer', rows), byCircuit: month('circuit', []) }) as const
const usd = (amount: string) => ({ amount, currency: 'USD' })
const review = {
  detail: 'full',
  week: '2026-W47',
  from: '2026-11-16T00:00:00.000Z',
  to: '2026-11-23T00:00:00.000Z',
  closedAt: '2026-11-23T02:00:00.000Z',
  projections: {
    month: '2026-11',
    madeAt: null,
    circuits: [],
    totals: [{ p10: usd('100.00'), p50: usd('1200.50'), p90: usd('1300.00') }],
    unpriced: 0,
  },
  variance: [],
  comparedWith: null,
  unused: [
    {
      kind: 'no_connection',
      resourceId: '/x',
      name: '<script>alert(1)</script>',
      perMonth: usd('300.00'),
      saving: null,
      reason: 'No connection.',
      remedy: 'Delete it.',
    },
  ],
  budgets: [],
  decisions: [],
  corrections: [],
  summary: { toDate: [], saving: [], savingInPlace: [], savingByNewCircuit: [], asked: [], circuits: [] },
  weeks: [],
  closing: null,
} satisfies CostReviewWithSummary

describe('a report as mail', () => {
  it('of availability has a page, a text and a file for customers and for circuits', () => {
    const mail = buildReportMail(availability(row('Contoso')), ['customer:Contoso'], 'https://pw.example')
    expect(mail.subject).toBe('[REPORT] Availability 2026-11, Contoso')
    expect(mail.attachments.map(({ name, type }) => [name, type])).toEqual([
      ['availability-2026-11.html', 'text/html'],
      ['availability-2026-11-customers.csv', 'text/csv'],
      ['availability-2026-11-circuits.csv', 'text/csv'],
    ])
    // downtime of 300 to 600 of 2,592,000 seconds
    for (const words of [mail.html, mail.text]) expect(words).toContain('99.976 % – 99.989 %')
    expect(mail.html).toContain('No circuits.')
    const [head, first] = (mail.attachments[1]?.text ?? '').split('\r\n')
    expect(head).toMatch(/^month,name,circuits,/)
    expect(first).toBe(
      '2026-11,Contoso,erc-Contoso,,2592000,2591400,2591700,300,600,300,99.976 % – 99.989 % session,session,0,0,,,,0,0,1,0,0,0,300,600,,',
    )
  })

  it.each([
    [
      'what nobody saw is neither up nor down',
      {
        unknownSeconds: MONTH / 2,
        upSeconds: { atLeast: MONTH / 4, atMost: MONTH / 4 },
        downSeconds: { atLeast: MONTH / 4, atMost: MONTH / 4 },
      },
      '50.000 %',
    ],
    [
      'a month that nobody saw has no share',
      { unknownSeconds: MONTH, upSeconds: { atLeast: 0, atMost: 0 }, downSeconds: { atLeast: 0, atMost: 0 } },
      'not observed',
    ],
    [
      'planned work is no part of the month',
      {
        plannedSeconds: MONTH / 2,
        upSeconds: { atLeast: MONTH / 2, atMost: MONTH / 2 },
        downSeconds: { atLeast: 0, atMost: 0 },
      },
      '100.000 %',
    ],
  ])('%s', (_, more, words) => {
    expect(buildReportMail(availability(row('x', more)), [], null).html).toContain(words)
  })

  it('of cost has totals by currency, and names as text', () => {
    const { subject, html, text, attachments } = buildReportMail({ report: 'cost_weekly', review }, [], null)
    expect(subject).toBe('[REPORT] Cost review 2026-W47')
    for (const words of [html, text]) {
      expect(words).toContain('$1,200.50 ($100.00 to $1,300.00)')
      expect(words).toContain('2026-11-16 to 2026-11-22 (UTC), published 2026-11-23')
    }
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(attachments[1]?.name).toBe('cost-review-2026-W47.csv')
    expect(attachments[1]?.text).toMatch(/^week,circuitId,circuit,/)
  })

  it('of cost lists circuits in the order of the review, with their savings and the room that is left', () => {
    const [saved, none] = [{ p10: usd('90.00'), p50: usd('100.00'), p90: usd('110.00') }, usd('0.00')]
    const circuit = (circuitId: string) =>
      ({
        circuitId,
        name: `erc-${circuitId}`,
        costToDate: none,
        options: [],
        recommendation: { reason: 'x', asks: [] },
        priceSheet: { currency: 'USD' },
        pastError: {},
      }) as never
    const peak = { mbps: 180, share: 0.9, loss: null, isAtLeast: true, isNearlyFull: true }
    const { text } = buildReportMail(
      {
        report: 'cost_weekly',
        review: {
          ...review,
          projections: { ...review.projections, circuits: [circuit('a'), circuit('b')] },
          summary: {
            ...review.summary,
            saving: [saved],
            asked: [usd('7.00')],
            askedByNewCircuit: [usd('3.00')],
            circuits: [
              { circuitId: 'b', saving: saved, change: 'in_place', peak, curve: null },
              { circuitId: 'a', saving: null, change: null, peak: null, curve: null },
            ],
          },
        },
      },
      [],
      null,
    )
    expect(text.indexOf('erc-b')).toBeLessThan(text.indexOf('erc-a'))
    for (const words of [
      '$100.00 ($90.00 to $110.00)',
      '$7.00 more',
      '$3.00 more',
      'at least 90 %, nearly full',
      'not known',
    ])
      expect(text).toContain(words)
  })

  it.each([
    buildReportMail({ report: 'cost_weekly', review }, [], 'https://pw.example'),
    buildReportMail(availability(row('<b>')), [], null),
  ])('%# prints on A4 by itself: no scripts, nothing that is fetched', ({ html }) => {
    expect(html).toMatch(/@page \{ size: A4/)
    expect(html).not.toMatch(/<script|<link|<img|<iframe|src=|url\(|@import|href=| on\w+=/i)
  })
})
