import { wordTable } from '#lib/bgp/word-table.ts'

/** What an entry of the audit says, in words: its action, and what differs before and after it. */

const verbs: Readonly<Record<string, string>> = wordTable({ put: 'change', ack: 'acknowledge' })

const spaced = (name: string) => name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** `requestServiceKey` and `putChannels` as people write them: `Request service key`, `Change channels`. */
export function formatAction(action: string): string {
  const [verb = '', ...others] = spaced(action).split(' ')
  const words = [verbs[verb] ?? verb, ...others].join(' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

type Fields = Record<string, unknown>

/** What the entry has itself: its time, its user, the id of its subject; and when a calendar was read, which nobody changed. */
const ASIDE = new Set(['id', 'version', 'createdAt', 'createdBy', 'updatedAt', 'updatedBy', 'readAt', 'triedAt'])

/**
 * What differs, a phrase for each field: `role: viewer → admin`, `maintenance: added Reload of the firewalls`. A list names its
 * members; the rest of them is in the entry.
 * @param before,after as the entry has them: only what differs
 */
export function formatAuditDifference(before: unknown, after: unknown): string[] {
  if (isCut(before) || isCut(after)) return ['too long to be named here']
  if (Array.isArray(before) || Array.isArray(after)) return [formatList(listOf(before), listOf(after))].filter(Boolean)
  if (!isFields(before) && !isFields(after)) {
    return [formatValue(before, after)].filter((words) => words !== NONE)
  }
  const [old, now] = [isFields(before) ? before : {}, isFields(after) ? after : {}]
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((name) => !ASIDE.has(name))
    .flatMap((name) => {
      const words = formatField(old[name], now[name])
      return words === '' ? [] : [`${spaced(name)}: ${words}`]
    })
}

const NONE = 'none'

function formatField(before: unknown, after: unknown): string {
  if (Array.isArray(before) || Array.isArray(after)) return formatList(listOf(before), listOf(after))
  if (isFields(before) || isFields(after)) return formatAuditDifference(before, after).join(', ')
  return formatValue(before, after)
}

/** @param before undefined = nothing was there to differ from */
const formatValue = (before: unknown, after: unknown): string =>
  before === undefined || before === null
    ? textOf(after)
    : after === undefined
      ? `${textOf(before)} removed`
      : `${textOf(before)} → ${textOf(after)}`

function formatList(before: readonly unknown[], after: readonly unknown[]): string {
  const [old, now] = [new Map(before.map(keyed)), new Map(after.map(keyed))]
  const part = (word: string, names: string[]) => (names.length === 0 ? [] : [`${word} ${names.join(', ')}`])
  return [
    ...part(
      'added',
      [...now].flatMap(([key, name]) => (old.has(key) ? [] : [name])),
    ),
    ...part(
      'changed',
      [...now].flatMap(([key, name]) => (old.has(key) ? [name] : [])),
    ),
    ...part(
      'removed',
      [...old].flatMap(([key, name]) => (now.has(key) ? [] : [name])),
    ),
  ].join('; ')
}

/** A member by what stays the same when it is changed, and its name. */
function keyed(member: unknown): [key: string, name: string] {
  if (!isFields(member)) return [textOf(member), textOf(member)]
  const named = [member.name, member.title, member.displayName, member.prefix, member.id].find(
    (one) => typeof one === 'string' && one !== '',
  )
  const texts = Object.values(member).filter((one) => typeof one === 'string' && one !== '')
  const name = String(named ?? texts.slice(0, 3).join(' '))
  return [String(member.id ?? name), name]
}

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What was too long to be kept whole. */
const isCut = (value: unknown): boolean => isFields(value) && 'cutAfter' in value

const textOf = (value: unknown): string =>
  value === null || value === undefined ? NONE : typeof value === 'string' ? value : JSON.stringify(value)
