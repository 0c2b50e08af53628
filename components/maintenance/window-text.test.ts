import { expect, it } from 'vitest'
import type { ApiMaintenanceWindow } from '#lib/contract/index.ts'
import { createCalendarDraft, readCalendarDraft, calendarFormFields } from './calendar-draft.ts'
import { getOutlookLevelStatus } from './outlook-level-text.ts'
import { formatMaintenanceTargets, sortMaintenanceWindows, formatMaintenanceOrigin } from './window-text.ts'

const nameOf = (id: string) => `name of ${id}`
type Window = Pick<ApiMaintenanceWindow, 'source' | 'sourceName' | 'recurring' | 'scopes' | 'paths' | 'effect'>
const expected: Window = {
  source: 'declared',
  sourceName: '',
  recurring: false,
  scopes: [],
  paths: [],
  effect: 'expected',
}

it.each<[Partial<Window>, string]>([
  [{}, 'by hand'],
  [{ recurring: true }, 'by hand, recurring'],
  [{ source: 'calendar', sourceName: 'Changes' }, 'calendar: Changes'],
  [{ source: 'service_health', sourceName: 'ABC-1' }, 'Azure Service Health: ABC-1'],
  [
    { source: 'maintenance_configuration', sourceName: 'mc', recurring: true },
    'maintenance configuration: mc, recurring',
  ],
  [{ source: 'retirement', sourceName: 'R-1' }, 'Azure retirement: R-1'],
])('the origin of %j is %s', (own, words) => {
  expect(formatMaintenanceOrigin({ ...expected, ...own })).toBe(words)
})

it.each<[Partial<Window>, string]>([
  [{}, 'everything'],
  [{ scopes: ['a'] }, 'name of a'],
  [{ scopes: ['a', 'b'], paths: ['primary'] }, 'name of a, name of b, primary path'],
  [{ scopes: ['a'], paths: ['primary', 'secondary'] }, 'name of a'],
  [{ paths: ['secondary'] }, 'everything, secondary path'],
  [{ effect: 'shown' }, 'not known: events in it alert as usual'],
  [{ effect: 'shown', scopes: ['a'] }, 'name of a: events in it alert as usual'],
])('a window with %j is about: %s', (own, words) => {
  expect(formatMaintenanceTargets({ ...expected, ...own }, nameOf)).toBe(words)
})

it('open windows come first, then the next, then the last', () => {
  const window = (state: ApiMaintenanceWindow['state'], day: number) => ({ state, from: `2026-11-0${day}T00:00:00Z` })
  const given = [
    window('past', 1),
    window('upcoming', 9),
    window('past', 2),
    window('now', 5),
    window('upcoming', 7),
    window('now', 4),
  ]
  expect(sortMaintenanceWindows(given).map(({ state, from }) => `${state} ${from.slice(9, 10)}`)).toEqual([
    'now 4',
    'now 5',
    'upcoming 7',
    'upcoming 9',
    'past 2',
    'past 1',
  ])
})

it.each([
  ['strands', 'down', 'CUT OFF'],
  ['unknown', 'unknown', 'UNKNOWN'],
  ['fills', 'degraded', 'FILLS A PATH'],
  ['exposed', 'degraded', 'NO SPARE'],
  ['moves', 'notice', 'MOVES'],
  ['none', 'up', 'NO EFFECT'],
] as const)('the level %s is drawn as %s with the word %s', (level, tone, word) => {
  expect(getOutlookLevelStatus(level)).toEqual({ tone, word })
})

const URL = 'https://calendar.example.com/changes.ics'
const draft = (own: object) => ({ ...createCalendarDraft(null), name: 'Changes', ...own })
const read = (own: object, isNew = true) => {
  const found = readCalendarDraft(draft(own), isNew)
  return 'body' in found ? found.body : found
}

it.each<[string, own: object, isNew: boolean, expected: object]>([
  ['an address', { url: ` ${URL} ` }, true, { name: 'Changes', url: URL, about: 'named', scopes: [], paths: [] }],
  ['an address for subscriptions', { url: URL.replace('https', 'webcal') }, true, { url: URL }],
  ['a file', { content: 'BEGIN:VCALENDAR' }, true, { content: 'BEGIN:VCALENDAR', adds: false }],
  ['a file that is added, of a new calendar', { content: 'x', adds: 'yes' }, true, { adds: false }],
  ['a file that is added', { content: 'x', adds: 'yes' }, false, { content: 'x', adds: true }],
  ['a file that replaces', { content: 'x', adds: '' }, false, { content: 'x', adds: false }],
  ['chosen resources', { url: URL, about: 'chosen', scopes: ['c1'] }, true, { about: 'chosen', scopes: ['c1'] }],
  ['resources that are not asked for', { url: URL, about: 'everything', scopes: ['c1'] }, true, { scopes: [] }],
  ['a path', { url: URL, paths: ['primary'] }, true, { paths: ['primary'] }],
])('a draft of a calendar with %s is read', (_, own, isNew, body) => {
  expect(read(own, isNew)).toMatchObject(body)
})

it('a draft of a stored calendar with neither address nor text keeps what is stored', () => {
  const body = read({}, false)
  expect(body).not.toHaveProperty('url')
  expect(body).not.toHaveProperty('content')
})

it.each<[string, own: object, field: string]>([
  ['neither address nor text', {}, 'url'],
  ['spaces only', { url: ' ', content: '\n' }, 'url'],
  ['an address and a text', { url: URL, content: 'x' }, 'content'],
  ['an address of another protocol', { url: 'ftp://example.com/a' }, 'url'],
  ['no name', { name: '', url: URL }, 'name'],
  ['no chosen resource', { url: URL, about: 'chosen' }, 'scopes'],
])('a draft of a new calendar with %s is refused', (_, own, field) => {
  expect(JSON.stringify(readCalendarDraft(draft(own), true))).toContain(`"${field}"`)
  expect(readCalendarDraft(draft(own), true)).not.toHaveProperty('body')
})

it('the resources of a calendar are shown while they are to be chosen', () => {
  const field = calendarFormFields.find(({ name }) => name === 'scopes')
  expect([field?.isShown?.(draft({ about: 'chosen' })), field?.isShown?.(draft({}))]).toEqual([true, false])
})
