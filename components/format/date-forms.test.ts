import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** Code that formats a date or time differently from `components/format/instant.ts` and `lib/contract/time/dates.ts`. */
const otherForm =
  /\.toLocale(?:Date|Time)String\(|\bIntl\.DateTimeFormat\((?!\)\.resolvedOptions)|\.to(?:UTC|Date|Time)String\(|toISOString\(\)\s*\.|\biso\([^()]*\)\s*\.(?:slice|replace)|\b(?:at|from|to|since|until|ends|day|end|begin|start|instant|[a-z]+(?:At|Until|Since|Ends)|[A-Za-z]+Between\[\d\])\.slice\((?:0, ?(?:10|16|19)|5, ?1[06]|11, ?1[69])\)/g

/** Files that parse texts, build keys, file names or headers, or contain months, and the two modules themselves. */
const exempt = new Set([
  'app/api/_http/handler.ts',
  'bin/backup.ts',
  'bin/create-migration.ts',
  'bin/first-contact.ts',
  'bin/record.ts',
  'components/charts/time-ticks.ts',
  'components/cost/reconcile-panel.tsx',
  'components/time/adjust-typed-moment.ts',
  'components/time/typed-moment.ts',
  'components/ui/preferences-values.ts',
  'components/ui/table/exported-rows.ts',
  'lib/azure/bill.ts',
  'lib/azure/config/announced-work.ts',
  'lib/contract/recurrence/declared-recurrence.ts',
  'lib/contract/time/dates.ts',
  'lib/contract/time/local-time.ts',
  'lib/contract/time/time-zone.ts',
  'lib/cost/rules/usage/month.ts',
  'lib/history/record/partitions.ts',
  'lib/maintenance/calendars/read/notice-text.ts',
  'lib/maintenance/calendars/read/read-calendar.ts',
  'lib/maintenance/mailbox/extract-notice.ts',
  'lib/notify/jobs/alerts/predicted-loss-notices.ts',
  'lib/platform/bootstrap/postgres-files.ts',
  'lib/recording/replay/replay.ts',
  'lib/reports/mail/report-due.ts',
  'lib/resilience/answers/outlook/upcoming-losses.ts',
])
const sources = globSync(['components/**/*.{ts,tsx}', 'app/**/*.{ts,tsx}', 'lib/**/*.ts', 'bin/**/*.ts'])
  .filter((path) => !/\.test\.|\/testing\//.test(path) && !exempt.has(path))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }))

const findOtherForms = (text: string) => [...text.matchAll(otherForm)].map(([fault]) => fault)

describe('dates and times of day', () => {
  it('have one form in screens, event texts and mails', () => {
    expect(sources.length).toBeGreaterThan(1000)
    expect(sources.flatMap(({ path, text }) => findOtherForms(text).map((fault) => `${path}: ${fault}`))).toEqual([])
  })

  it.each([
    "new Date(at).toLocaleDateString('en-GB')",
    'new Intl.DateTimeFormat("en")',
    'new Date(at).toISOString().slice(0, 16)',
    "new Date(at)\n  .toISOString()\n  .replace('T', ' ')",
    'iso(at).slice(0, 10)',
    'one.from.slice(0, 16)',
    'closedAt.slice(0, 10)',
    'times.from.slice(5, 16)',
    'loss.startedBetween[1].slice(0, 16)',
    'loss.startedBetween[1].slice(5, 10)',
  ])('finds %s', (planted) => {
    expect(findOtherForms(planted)).toHaveLength(1)
  })
})
