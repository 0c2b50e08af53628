import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

/**
 * Display text of the verbs with which names of actions begin. For example, the verb `put` of the action `putChannels`
 * is displayed as `Change`.
 */

const verbs: Readonly<Record<string, string>> = createSafeLookupTable({ put: 'change', ack: 'acknowledge' })

const spaced = (name: string) => name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/**
 * Formats the name of an action: `requestServiceKey` becomes `Request service key`, `putChannels` becomes `Change
 * channels`.
 */
export function formatAuditAction(action: string): string {
  const [verb = '', ...others] = spaced(action).split(' ')
  const words = [verbs[verb] ?? verb, ...others].join(' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

type Fields = Record<string, unknown>

/**
 * Fields that are left out of the list of changed fields. The audit entry itself shows id, version, time and user. The
 * times at which a calendar was read are left out, because they are not changed by a user.
 */
const ASIDE = new Set(['id', 'version', 'createdAt', 'createdBy', 'updatedAt', 'updatedBy', 'readAt', 'triedAt'])

/**
 * Describes the changed fields of an audit entry, one phrase for each: `role: viewer → admin`, `maintenance: added
 * Reload of the firewalls`. For a list, only the names of added, changed and removed items are given; the entry
 * contains their details.
 * @param before,after values of the audit entry, which contain only the changed fields
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

/**
 * Formats the change of a single value.
 * @param before undefined or null = there was no value before
 */
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

/** Returns the key of a list item, which stays the same when the item is edited, and the item's name. */
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

/** Reports whether the audit log stored only the beginning of a value, because the value was too long. */
const isCut = (value: unknown): boolean => isFields(value) && 'cutAfter' in value

const textOf = (value: unknown): string =>
  value === null || value === undefined ? NONE : typeof value === 'string' ? value : JSON.stringify(value)
