import { wordTable } from '#lib/bgp/word-table.ts'
import { flagValue } from '../events/subject.ts'

const siteStates: Record<string, string> = wordTable({
  on_backup: 'on backup',
  partial: 'reached in part',
  default_only: 'reached by a default route only',
  unreachable: 'not reached',
})

/** The new state of a site, by the flags of its event: `on_backup`; null where they name none. */
export const siteStateOf = (flags: readonly string[]): string | null => flagValue(flags, 'to')

/** The same in words that follow the site's name: `DC-A on backup`. */
export const siteStateName = (flags: readonly string[]): string | null => siteStates[siteStateOf(flags) ?? ''] ?? null

/** What a site is called: of one that was learned from routes `London (via Equinix)`, of one that is declared its name. */
export const siteLabel = (name: string): string =>
  name.startsWith(LEARNED)
    ? name
        .slice(LEARNED.length)
        .split(' + ')
        .map((one) => one.replace(/ \/ (.{1,300}?)( \(IPv6\))?$/, ' (via $1)$2'))
        .join(' + ')
    : name

const LEARNED = 'learned: '
