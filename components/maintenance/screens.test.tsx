import { dehydrate, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime'
import { NuqsTestingAdapter } from 'nuqs/adapters/testing'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { type ApiMaintenanceWindow, type AccessRight, ROLES } from '#lib/contract/index.ts'
import { CurrentUserProvider } from '../access/caller.tsx'
import { ServerResponsesProvider } from '../data/server-answers.tsx'
import { createEndpointQuery, type ScreenEndpointPath } from '../data/endpoint.ts'
import { PageSelectionProvider } from '../links/page-selection-provider.tsx'
import { ClockProvider } from '../ui/times/page-clock.tsx'
import { CalendarsPanel } from './calendars-panel.tsx'
import { UpcomingOutageList } from './upcoming-losses.tsx'
import { CurrentMaintenanceNotice } from './maintenance-notice.tsx'
import { MaintenanceTab } from './maintenance-tab.tsx'
import { MaintenanceNoticesPanel } from './notices-panel.tsx'
import { MaintenanceWindowsPanel } from './windows-panel.tsx'

const NOW = '2026-11-24T12:00:00.000Z'
const at = (hours: number) => new Date(Date.parse(NOW) + hours * 3_600_000).toISOString()
const MEASURED = { asOf: NOW, freshness: { state: 'fresh', oldestPollAt: NOW, latePollAt: null, missing: 0 } }

type Answers = Partial<Record<ScreenEndpointPath, object>>

/** Returns the text of a screen, rendered by the server with the given API responses. */
function drawn(
  screen: ReactNode,
  answers: Answers,
  { rights = ROLES.admin.rights, asOf = null }: { rights?: readonly AccessRight[]; asOf?: string | null } = {},
) {
  const client = new QueryClient()
  for (const [path, answer] of Object.entries(answers)) {
    const { queryKey } = createEndpointQuery(path as 'maintenance')
    client.setQueryData(queryKey, { ...MEASURED, ...answer } as never)
  }
  const html = renderToStaticMarkup(
    <AppRouterContext value={{} as never}>
      <QueryClientProvider client={client}>
        <PageSelectionProvider search="" customer={null} asOf={asOf}>
          <CurrentUserProvider caller={{ kind: 'person', name: 'Ada', role: 'viewer', rights }}>
            <ClockProvider renderedAt={Date.parse(NOW)} isStanding>
              <NuqsTestingAdapter>
                <ServerResponsesProvider state={dehydrate(client)}>{screen}</ServerResponsesProvider>
              </NuqsTestingAdapter>
            </ClockProvider>
          </CurrentUserProvider>
        </PageSelectionProvider>
      </QueryClientProvider>
    </AppRouterContext>,
  )
  const words = html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replaceAll(/\s+/g, ' ')
    .trim()
  return { html, words }
}

const aWindow = (own: Partial<ApiMaintenanceWindow> = {}): ApiMaintenanceWindow => ({
  id: 'w1',
  source: 'declared',
  sourceId: 'w1',
  sourceName: '',
  effect: 'expected',
  title: 'CHG-1',
  note: '',
  from: at(-1),
  to: at(1),
  state: 'now',
  recurring: false,
  scopes: ['c1'],
  paths: [],
  impact: null,
  ...own,
})

describe('the list of windows', () => {
  const list = (data: ApiMaintenanceWindow[], unreadable: object[] = []) =>
    drawn(<MaintenanceWindowsPanel />, { maintenance: { data, unreadable } })

  it('shows the open one before the next, with origin, subject and note', () => {
    const { words } = list([
      aWindow({ id: 'w2', title: 'CHG-2', state: 'upcoming', from: at(20), to: at(22) }),
      aWindow({ note: 'cross-connect', source: 'calendar', sourceName: 'Changes', paths: ['primary'] }),
    ])
    expect(words.indexOf('CHG-1')).toBeLessThan(words.indexOf('CHG-2'))
    for (const shown of ['NOW', 'UPCOMING', 'cross-connect', 'calendar: Changes', 'c1, primary path'])
      expect(words).toContain(shown)
  })

  it('says that there is none', () => {
    expect(list([]).words).toContain('No window lies in this time.')
  })

  it('names configurations whose windows are unknown', () => {
    const { words } = list([], [{ sourceId: '/mc', sourceName: 'mc', scopes: ['g1'], reason: 'no start time' }])
    expect(words).toContain(
      'Maintenance configuration mc can’t be read : no start time. The windows of g1 are unknown; events in them alert.',
    )
  })

  it.each([
    ['within the time', -24, 24, '16.2', '5.4'],
    ['before the time', -400, -300, '0', '0'],
    ['that began long before', -400, 24, '0', '21.6'],
    ['that ends long after', 0, 9_000, '18.9', '81.0'],
  ])('draws a window %s where it is', (_, from, to, left, width) => {
    const { html } = list([aWindow({ from: at(from), to: at(to) })])
    const [, begin, length] = /left:([\d.]+)%;width:([\d.]+)%/.exec(html) ?? []
    expect(Number(begin)).toBeCloseTo(Number(left), 0)
    expect(Number(length)).toBeCloseTo(Number(width), 0)
  })
})

describe('the notice at a resource', () => {
  const notice = (own: Partial<ApiMaintenanceWindow>) =>
    drawn(<CurrentMaintenanceNotice scope="c1" />, { maintenance: { data: [aWindow(own)], unreadable: [] } }).words

  it.each<[string, Partial<ApiMaintenanceWindow>, boolean]>([
    ['an open window', {}, true],
    ['a window about everything', { scopes: [] }, true],
    ['a window of another resource', { scopes: ['c2'] }, false],
    ['a window of events that alert', { effect: 'shown' }, false],
    ['a window within a day', { from: at(23), to: at(25) }, true],
    ['a window of a later day', { from: at(25), to: at(26) }, false],
    ['a window that is over', { from: at(-3), to: at(-1) }, false],
  ])('%s', (_, own, isShown) => {
    expect(notice(own).includes('CHG-1')).toBe(isShown)
  })

  it.each<[Partial<ApiMaintenanceWindow>, string]>([
    [{}, 'both paths'],
    [{ paths: ['primary'] }, 'primary path'],
    [{ from: at(2), to: at(3) }, 'begins in'],
    [{}, 'open,'],
  ])('of a window with %j says %s', (own, words) => {
    expect(notice(own)).toContain(words)
  })
})

describe('calendars', () => {
  const calendar = (own: object = {}) => ({
    id: 'k1',
    name: 'Changes',
    url: 'https://calendar.example.com/***',
    isFile: false,
    about: 'named',
    scopes: [],
    paths: [],
    triedAt: NOW,
    readAt: NOW,
    failure: null,
    problems: [],
    ...own,
  })
  const words = (...data: object[]) => drawn(<CalendarsPanel />, { 'maintenance/calendars': { data } }).words

  it.each<[string, object, string[]]>([
    ['that is read', {}, ['READ', 'what each event names', 'https://calendar.example.com/***']],
    ['that was never read', { readAt: null }, ['NOT READ YET']],
    ['that fails', { failure: 'HTTP 404' }, ['FAILING', 'It can’t be read: HTTP 404. Its windows stay as they were.']],
    ['that always failed', { failure: 'HTTP 404', readAt: null }, ['FAILING', 'It has no windows yet.']],
    [
      'with an event that is not read',
      { problems: [{ event: 'CHG-1', reason: 'no start' }] },
      ['READ IN PART', '1 fault', 'Event not read: CHG-1 (no start)'],
    ],
    ['that is a file', { isFile: true, url: null }, ['a file', 'READ']],
    ['of another key', { url: null }, ['an address that was sealed with another key']],
    ['about everything, on one path', { about: 'everything', paths: ['primary'] }, ['about everything, primary path']],
    ['about a chosen resource', { about: 'chosen', scopes: ['c1'] }, ['about c1']],
  ])('%s', (_, own, shown) => {
    const text = words(calendar(own))
    for (const one of shown) expect(text).toContain(one)
  })

  it('that are not there are asked for', () => {
    expect(words()).toContain('A change calendar of yours, or of your provider.')
  })
})

describe('notices by mail', () => {
  const notice = (own: object = {}) => ({
    id: 'n1',
    receivedAt: NOW,
    sender: 'noc@example.com',
    subject: 'Planned work',
    excerpt: 'Hello',
    reason: 'it names no time',
    state: 'open',
    changedBy: null,
    ...own,
  })
  const mailbox = { name: 'notices@example.com', readAt: NOW, failure: null }
  const words = (data: object[], box: object | null, rights?: readonly AccessRight[]) =>
    drawn(<MaintenanceNoticesPanel />, { 'maintenance/notices': { data, mailbox: box } }, rights && { rights })

  it.each<[string, object[], object | null, string[]]>([
    ['without a mailbox', [], null, ['No mailbox', 'IMAP_URL and IMAP_FROM set one up.']],
    ['all are read', [], mailbox, ['Every mail was read', 'notices@example.com', 'READ']],
    [
      'the mailbox fails',
      [],
      { ...mailbox, failure: 'refused' },
      ['NOT READ', 'It can’t be read: refused. What it announces meanwhile is not known.'],
    ],
    ['one is to read', [notice()], mailbox, ['1 MAIL TO READ', 'TO READ', 'Not read: it names no time.', 'Dismiss']],
    ['two are to read', [notice(), notice({ id: 'n2' })], mailbox, ['2 MAILS TO READ']],
    ['one is handled', [notice({ state: 'handled', changedBy: 'ada' })], mailbox, ['HANDLED', 'ada', 'Open again']],
    ['one has no subject', [notice({ subject: '', sender: '' })], mailbox, ['without a subject', 'without a sender']],
    ['one has a text', [notice()], mailbox, ['Hello']],
  ])('%s', (_, data, box, shown) => {
    const { words: text } = words(data, box)
    for (const one of shown) expect(text).toContain(one)
  })

  it('counts only those that are open', () => {
    expect(words([notice({ state: 'dismissed' })], mailbox).words).not.toContain('TO READ')
  })

  it('are changed only by callers with the right to declare', () => {
    const isDisabled = (rights: readonly AccessRight[]) =>
      words([notice()], mailbox, rights).html.includes('<fieldset disabled')
    expect([isDisabled(ROLES.viewer.rights), isDisabled(ROLES.admin.rights)]).toEqual([true, false])
  })
})

describe('losses ahead', () => {
  const interval = (own: object = {}) => ({
    from: at(24),
    to: at(26),
    windows: ['w1'],
    level: 'strands',
    summary: 'erc-lon maintenance',
    ...own,
  })
  const windows = [
    { id: 'w1', scopes: [], takes: [{ id: 'c1' }] },
    { id: 'w2', scopes: ['c2'], takes: [] },
  ]
  const words = (intervals: object[], asOf: string | null = null) =>
    drawn(<UpcomingOutageList scope="c1" />, { 'resilience/outlook': { data: { windows, intervals } } }, { asOf }).words

  it.each<[string, object[], string | null, boolean]>([
    ['by work that takes the resource', [interval()], null, true],
    ['by work of another resource', [interval({ windows: ['w2'] })], null, false],
    ['by work of both', [interval({ windows: ['w2', 'w1'] })], null, true],
    ['of no effect', [interval({ level: 'none' })], null, false],
    ['that only move routes', [interval({ level: 'moves' })], null, false],
    ['of unknown effect', [interval({ level: 'unknown' })], null, true],
    ['on a page of the past', [interval()], at(-24), false],
  ])('%s', (_, intervals, asOf, isShown) => {
    expect(words(intervals, asOf).includes('erc-lon maintenance')).toBe(isShown)
  })

  it('shows three, and the count of the others', () => {
    const many = Array.from({ length: 5 }, (_, n) => interval({ from: at(24 + n), summary: `loss ${n}` }))
    expect(words(many)).toMatch(/loss 0.*loss 1.*loss 2 2 more in the weeks ahead/)
    expect(words(many.slice(0, 3))).not.toContain('more')
  })
})

describe('windows by hand', () => {
  const declared = (own: object = {}) => ({
    id: 'd1',
    title: 'CHG-7',
    note: '',
    from: at(-48),
    to: at(-46),
    scopes: [],
    paths: [],
    recurrence: null,
    ...own,
  })
  const weekly = (own: object = {}) => ({ rule: 'FREQ=WEEKLY', timeZone: 'UTC', exceptDates: [], ...own })
  const words = (...maintenance: object[]) =>
    drawn(<MaintenanceTab />, {
      maintenance: { data: [], unreadable: [] },
      'maintenance/calendars': { data: [] },
      'maintenance/notices': { data: [], mailbox: null },
      declarations: { data: { maintenance }, version: 1 },
    }).words

  it.each<[string, object, string]>([
    ['that is over', {}, 'over'],
    ['that recurs', { recurrence: weekly() }, 'begins in 5 d'],
    ['that recurs no more', { recurrence: weekly({ rule: 'FREQ=WEEKLY;COUNT=1' }) }, 'no further window'],
    ['that is open', { from: at(-1), to: at(1) }, 'open, 1 h 00 min left'],
  ])('one %s', (_, own, shown) => {
    expect(words(declared(own))).toContain(shown)
  })

  it('are listed by their begin, the last first', () => {
    const text = words(declared({ title: 'CHG-7' }), declared({ id: 'd2', title: 'CHG-8', from: at(3), to: at(4) }))
    expect(text.indexOf('CHG-8')).toBeGreaterThan(0)
    expect(text.indexOf('CHG-8')).toBeLessThan(text.indexOf('CHG-7'))
  })
})
