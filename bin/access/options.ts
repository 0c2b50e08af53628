import { parseArgs } from 'node:util'
import { listAccessScopeTexts, parseAccessScope, type Role, ROLE_NAMES } from '#lib/contract/index.ts'
import { MAX_TOKEN_DAYS } from '#lib/access/api/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { formatDurationSetting, parseDuration } from '#lib/platform/environment.ts'

/** The command line is unknown, incomplete, or has an invalid value. The usage is printed after the message. */
export class UsageError extends Error {
  override name = 'UsageError'
}

const EXPIRES = { min: 60_000, max: MAX_TOKEN_DAYS * MS_PER_DAY }

export interface AccessCommandOptions {
  words: string[]
  role: Role | null | undefined
  scopes: string[]
  expiresAt: Date | null
  name: string | undefined
  /** e-mail address of the user to whom a new token belongs */
  owner: string | undefined
  wall: boolean
  ifNone: boolean
  /**
   * true = the output goes to a log that other people can read. No one-time link is then created, because the log would
   * reveal it and an earlier link would become invalid
   */
  forLog: boolean
}

/**
 * Parses the arguments of `npm run access`.
 * @throws UsageError if an option is unknown or has an invalid value
 * @throws AccessScopeTextError if a scope is invalid
 */
export function parseAccessOptions(args: readonly string[]): AccessCommandOptions {
  let read
  try {
    read = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        role: { type: 'string' },
        scope: { type: 'string', multiple: true },
        expires: { type: 'string' },
        name: { type: 'string' },
        owner: { type: 'string' },
        wall: { type: 'boolean' },
        'if-none': { type: 'boolean' },
        'for-log': { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  const { values, positionals } = read
  return {
    words: positionals,
    role: parseRoleOption(values.role),
    scopes: listAccessScopeTexts(parseAccessScope(values.scope ?? [])),
    expiresAt: values.expires === undefined ? null : endOf(values.expires),
    name: values.name,
    owner: values.owner,
    wall: values.wall ?? false,
    ifNone: values['if-none'] ?? false,
    forLog: values['for-log'] ?? false,
  }
}

export function parseRoleOption(text: string | undefined): Role | null | undefined {
  if (text === undefined) return undefined
  if (text === 'none') return null
  const role = ROLE_NAMES.find((name) => name === text)
  if (!role) throw new UsageError(`--role ${text}: use one of ${ROLE_NAMES.join(', ')}, none`)
  return role
}

function endOf(text: string): Date {
  const ms = parseDuration(text)
  if (ms === null || ms < EXPIRES.min || ms > EXPIRES.max)
    throw new UsageError(
      `--expires ${text}: write ${formatDurationSetting(EXPIRES.min)} to ${formatDurationSetting(EXPIRES.max)}, such as 90d`,
    )
  return new Date(Date.now() + ms)
}
