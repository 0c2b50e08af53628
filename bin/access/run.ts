import {
  addUser,
  updateUser,
  ACCESS_COMMAND_ACTOR,
  createToken,
  erasePerson,
  isAdminMissing,
  LINK_HOURS,
  listTokens,
  listUsers,
  createOneTimeLink,
  recordAuditEntry,
  recordEndedTokens,
  removeUser,
  resetSecondFactor,
  revokeToken,
  readSecondFactor,
  formatSecondFactor,
  readUserByEmail,
} from '#lib/access/index.ts'
import { publishAccessChange } from '#lib/questions/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { type AccessCommandOptions, parseAccessOptions, parseRoleOption, UsageError } from './options.ts'

export const ACCESS_COMMAND_USAGE = `usage: npm run access -- <command>

  admin-link                            a one-time link that makes the first admin
  password reset <email>                a one-time link that sets a user's password
  second-factor reset <email>           removes a user's app, passkeys and password; prints a one-time link to set a password
  user list
  user add <email> --role <role> [--name <name>] [--scope <scope>]...
  user role <email> <role|none> [--scope <scope>]...
  user remove <email>
  token list
  token create --role <role> [--scope <scope>]... [--expires 90d] [--name <name>] [--owner <email>]
  token create --wall [--scope <scope>]... [--expires 90d] [--name <name>] [--owner <email>]
  token revoke <id>
  erase <email>                         removes a user, and the user's name from stored records

  roles: viewer, operator, cost, admin. scopes: subscription:<id>, customer:<name>; none = everything`

interface Context {
  db: Database
  /** public address of the web server, as users open it, without a slash at the end */
  address: string
}

/**
 * Runs one command of `npm run access`.
 * @returns the lines to print. For a new token, the last line is the token
 * @throws UsageError if the command is unknown or incomplete
 * @throws the errors of lib/access if the command fails
 */
export async function runAccessCommand(args: readonly string[], context: Context): Promise<string[]> {
  const options = parseAccessOptions(args)
  const { words } = options
  const command = COMMANDS.find(({ name }) => name.every((word, i) => words[i] === word))
  if (!command) throw new UsageError(words.length === 0 ? 'no command' : `"${words.join(' ')}" is no command`)
  const given = words.slice(command.name.length)
  if (given.length !== command.takes)
    throw new UsageError(`${command.name.join(' ')}: ${command.takes} expected after it, not ${given.length}`)
  return command.work(context, given, options)
}

interface CommandLine {
  name: string[]
  /** number of arguments that must follow the command's name */
  takes: number
  work: (context: Context, given: string[], options: AccessCommandOptions) => Promise<string[]>
}

const COMMANDS: CommandLine[] = [
  {
    name: ['admin-link'],
    takes: 0,
    work: async ({ db, address }, _, { ifNone, forLog }) => {
      if (!(await isAdminMissing(db.pool))) {
        if (ifNone) return []
        throw new UsageError('there is an admin already: reset the password of the admin, or give a user the role')
      }
      if (forLog)
        return ['There is no admin yet. For a one-time link that makes the first one run: npm run access -- admin-link']
      return [
        `Open this once within ${LINK_HOURS} hours to become the first admin:`,
        address + (await createOneTimeLink(db.pool, null)),
      ]
    },
  },
  {
    name: ['password', 'reset'],
    takes: 1,
    work: async ({ db, address }, [email = '']) => {
      const user = await readUserByEmail(db.pool, email)
      const link = await createOneTimeLink(db.pool, user.id)
      await recorded(db, 'linkUser', user.id, null)
      return [`${user.email} sets a new password by this, once within ${LINK_HOURS} hours:`, address + link]
    },
  },
  {
    name: ['second-factor', 'reset'],
    takes: 1,
    work: async ({ db, address }, [email = '']) => {
      const user = await readUserByEmail(db.pool, email)
      const before = formatSecondFactor(await readSecondFactor(db.pool, user.id))
      const link = await resetSecondFactor(db, user.id)
      await publishAccessChange(db.pool)
      await recorded(db, 'resetSecondFactor', user.id, null, before)
      return [
        `${user.email} has no second factor any more, and sets a new password by this, once within ${LINK_HOURS} hours:`,
        address + link,
      ]
    },
  },
  {
    name: ['user', 'list'],
    takes: 0,
    work: async ({ db }) =>
      (await listUsers(db.pool)).map(({ email, role, scopes, signsInBy }) =>
        [email, role ?? 'none', scopes.join(' ') || 'everything', signsInBy.join(' ') || 'no password yet'].join('\t'),
      ),
  },
  {
    name: ['user', 'add'],
    takes: 1,
    work: async ({ db, address }, [email = ''], { role, name, scopes }) => {
      if (role === undefined) throw new UsageError('user add: --role is missing')
      const link = await db.transaction(async (client) => {
        const id = await addUser(client, { email, name, role, scopes })
        return createOneTimeLink(client, id)
      })
      await recorded(db, 'addUser', email, { email, role, scopes })
      return [`${email} chooses a password by this, once within ${LINK_HOURS} hours:`, address + link]
    },
  },
  {
    name: ['user', 'role'],
    takes: 2,
    work: async ({ db }, [email = '', text], { scopes }) => {
      const role = parseRoleOption(text) ?? null
      const user = await readUserByEmail(db.pool, email)
      await updateUser(db, user.id, { role, scopes })
      await publishAccessChange(db.pool)
      await recorded(db, 'changeUser', user.id, { role, scopes })
      return [`${user.email}: ${role ?? 'none'}, ${scopes.join(' ') || 'everything'}`]
    },
  },
  {
    name: ['user', 'remove'],
    takes: 1,
    work: async ({ db }, [email = '']) => {
      const user = await readUserByEmail(db.pool, email)
      await recordEndedTokens(db.pool, ON_SERVER, user.email, await removeUser(db, user.id))
      await publishAccessChange(db.pool)
      await recorded(db, 'removeUser', user.id, null)
      return [`${user.email} is removed and signed out`]
    },
  },
  {
    name: ['token', 'list'],
    takes: 0,
    work: async ({ db }) =>
      (await listTokens(db.pool)).map(
        ({ id, kind, name, role, scopes, expiresAt, owner, createdBy, lastUsedAt, suspendedSince }) =>
          [
            id,
            role ?? kind,
            name,
            scopes.join(' ') || 'everything',
            expiresAt ? `until ${expiresAt.toISOString()}` : 'for good: replace it',
            owner ? `of ${owner.name}` : `no owner, made by ${createdBy}: replace it`,
            lastUsedAt ? `last used ${lastUsedAt.toISOString()}` : 'not used yet',
            ...(suspendedSince ? [`suspended since ${suspendedSince.toISOString()}: its owner has to sign in`] : []),
          ].join('\t'),
      ),
  },
  {
    name: ['token', 'create'],
    takes: 0,
    work: async ({ db }, _, { wall, role, scopes, expiresAt, name, owner }) => {
      if (wall === (role !== undefined)) throw new UsageError('token create: give either --role or --wall')
      const { token, ...stored } = await createToken(db.pool, {
        kind: wall ? 'wall' : 'api',
        name,
        role: role ?? null,
        scopes,
        expiresAt,
        maker: ACCESS_COMMAND_ACTOR,
        owner: owner === undefined ? undefined : (await readUserByEmail(db.pool, owner)).id,
      })
      const { kind, expiresAt: end, owner: whose } = stored
      await recorded(db, 'createToken', stored.id, { kind, role: stored.role, scopes, expiresAt: end, owner: whose })
      return [token]
    },
  },
  {
    name: ['token', 'revoke'],
    takes: 1,
    work: async ({ db }, [id = '']) => {
      const { token, dependent } = await revokeToken(db.pool, id)
      const { name } = token
      await recordEndedTokens(db.pool, ON_SERVER, name, dependent)
      await publishAccessChange(db.pool)
      await recorded(db, 'revokeToken', id, null)
      return [`${name} (${id}) is revoked`]
    },
  },
  {
    name: ['erase'],
    takes: 1,
    work: async ({ db }, [email = '']) => {
      // this import registers the tables of all feature modules, because each may contain the name of the person
      await import('#lib/table.ts')
      const { pseudonym, rows, tokens } = await erasePerson(db, email)
      await recordEndedTokens(db.pool, ON_SERVER, pseudonym, tokens)
      await publishAccessChange(db.pool)
      await recorded(db, 'erasePerson', pseudonym, { rows })
      return [`what named this person names ${pseudonym} now (${rows} rows)`]
    },
  },
]

const ON_SERVER = { actor: ACCESS_COMMAND_ACTOR, address: null }

const recorded = (db: Database, action: string, subject: string, after: unknown, before: unknown = null) =>
  recordAuditEntry(db.pool, ACCESS_COMMAND_ACTOR, { action, subject, before, after, address: null })
