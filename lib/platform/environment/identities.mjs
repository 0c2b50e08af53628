import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { readEndpoint, readGuid, readSubscriptions, readTenant } from './values.mjs'

/**
 * Who asks Azure beside the environment's own credential: one entry of AZURE_IDENTITIES_FILE. Exactly one proof is there.
 * @typedef {object} IdentitySettings
 * @property {string} name as polls, budgets and Sources name it
 * @property {string} tenantId id or domain name
 * @property {string} clientId
 * @property {string | null} clientSecret
 * @property {string | null} federatedTokenFile absolute
 * @property {string | null} certificateFile absolute; PEM with certificate and key
 * @property {string | null} authorityHost where to sign in; null = as the cloud says
 * @property {string[] | 'all'} subscriptions that it asks for, in lower case; all = what it sees
 */

/** The identity that the environment describes. */
export const DEFAULT_IDENTITY = 'default'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/
const PROOFS = /** @type {const} */ (['clientSecret', 'federatedTokenFile', 'certificateFile'])
const FIELDS = ['name', 'tenantId', 'clientId', ...PROOFS, 'authorityHost', 'subscriptions']
/** Shorter ones are none of Entra ID's, and could not be masked in logs. */
const SHORTEST_SECRET = 8
/** Readable by group or others. */
const READABLE = 0o044

/**
 * Reads AZURE_IDENTITIES_FILE. Faults name the place and never a value that may be a secret.
 * @param {string} text the file's path
 * @param {string} root the folder that a relative path counts from
 * @returns {{ identities: IdentitySettings[], faults: string[], warnings: string[] }} one line each, without the variable's name
 */
export function readIdentitiesFile(text, root) {
  const file = path.resolve(root, text)
  /** @type {string[]} */
  const warnings = []
  const none = (/** @type {string} */ fault) => ({ identities: [], faults: [`${file} ${fault}`], warnings })
  /** @type {string} */
  let content
  try {
    const { mode } = statSync(file)
    if ((mode & READABLE) !== 0) {
      const given = (mode & 0o777).toString(8).padStart(4, '0')
      warnings.push(`${file} is readable by other users of this machine (mode ${given}): chmod 600 ${file}`)
    }
    content = readFileSync(file, 'utf8')
  } catch (error) {
    return none(`can't be read (${codeOf(error)}): name a file that this user may read`)
  }
  /** @type {unknown} */
  let parsed
  try {
    parsed = JSON.parse(content)
  } catch (error) {
    return none(`is not JSON${placeOf(error, content)}: write it as docs/operations.md shows`)
  }
  const list = isObject(parsed) ? parsed.identities : null
  if (!Array.isArray(list) || list.length === 0) {
    return none('has no identities: write it like {"identities": [{"name": "...", "tenantId": "...", ...}]}')
  }
  /** @type {string[]} */
  const faults = []
  const unknown = isObject(parsed) ? Object.keys(parsed).filter((key) => key !== 'identities') : []
  for (const key of unknown) faults.push(`${file}: ${shortened(key)} is unknown: there is only "identities"`)
  const identities = list.map((entry, index) => {
    const at = `${file}: identities[${index}]`
    return readIdentity(entry, path.dirname(file), (field, fault) =>
      faults.push(field === '' ? `${at} ${fault}` : `${at}.${field} ${fault}`),
    )
  })
  const names = identities.map(({ name }) => name)
  for (const [index, name] of names.entries()) {
    if (name !== '' && names.indexOf(name) < index) {
      faults.push(`${file}: identities[${index}].name "${name}" is there twice: give each its own`)
    }
  }
  return faults.length > 0 ? { identities: [], faults, warnings } : { identities, faults, warnings }
}

/**
 * @param {unknown} entry
 * @param {string} folder that relative paths count from
 * @param {(field: string, fault: string) => void} report
 * @returns {IdentitySettings} of no use once a fault was reported
 */
function readIdentity(entry, folder, report) {
  const given = isObject(entry) ? entry : {}
  if (!isObject(entry)) report('', 'is no object: write it like {"name": "...", "tenantId": "...", ...}')
  for (const key of Object.keys(given)) {
    if (!FIELDS.includes(key)) report('', `has ${shortened(key)}, which is unknown: use ${FIELDS.join(', ')}`)
  }
  /**
   * @template T
   * @param {string} field
   * @param {(text: string) => import('./values.mjs').Read<T>} reader
   * @param {string | null} whenMissing what to do; null = it may be missing
   * @returns {T | null}
   */
  const read = (field, reader, whenMissing) => {
    const value = given[field]
    if (value === undefined || value === null || value === '') {
      if (whenMissing !== null && isObject(entry)) report(field, `is missing: ${whenMissing}`)
      return null
    }
    if (typeof value !== 'string') {
      report(field, 'is no text: put it into quotes')
      return null
    }
    const result = reader(value)
    if ('value' in result) return result.value
    report(field, result.fault)
    return null
  }
  const file = (/** @type {string} */ field) => read(field, (text) => readFile(path.resolve(folder, text)), null)
  const identity = {
    name: read('name', readName, 'give one such as "contoso"') ?? '',
    tenantId: read('tenantId', readTenant, 'give the tenant’s id or domain name') ?? '',
    clientId: read('clientId', readGuid, 'give the application’s (client) id') ?? '',
    clientSecret: read('clientSecret', readSecret, null),
    federatedTokenFile: file('federatedTokenFile'),
    certificateFile: file('certificateFile'),
    authorityHost: read(
      'authorityHost',
      (text) => readEndpoint(text, { example: 'https://login.microsoftonline.us' }),
      null,
    ),
    subscriptions: readOwnSubscriptions(given.subscriptions, report),
  }
  const proofs = PROOFS.filter((field) => given[field] !== undefined && given[field] !== null && given[field] !== '')
  if (proofs.length === 0 && isObject(entry)) report('', `has no proof: give ${PROOFS.join(', or ')}`)
  if (proofs.length > 1) report('', `has ${proofs.join(' and ')}: give one of them`)
  return identity
}

/**
 * @param {unknown} given
 * @param {(field: string, fault: string) => void} report
 * @returns {string[] | 'all'}
 */
function readOwnSubscriptions(given, report) {
  if (given === '*') return 'all'
  if (!Array.isArray(given) || given.length === 0 || !given.every((id) => typeof id === 'string')) {
    report('subscriptions', 'is no list: give ["<subscription id>", ...], or "*" for all that it sees')
    return []
  }
  const result = readSubscriptions(given.join(','))
  if ('value' in result) return result.value
  report('subscriptions', result.fault)
  return []
}

/**
 * @param {string} text
 * @returns {import('./values.mjs').Read<string>}
 */
function readName(text) {
  if (text === DEFAULT_IDENTITY) {
    return { fault: `"${DEFAULT_IDENTITY}" is the environment’s own credential: choose another` }
  }
  return NAME.test(text) ? { value: text } : { fault: 'is no name: use letters, digits, ".", "_" and "-", at most 63' }
}

/**
 * @param {string} text
 * @returns {import('./values.mjs').Read<string>}
 */
function readSecret(text) {
  if (text.length >= SHORTEST_SECRET) return { value: text }
  return { fault: 'is too short: give the value of the secret, not its id' }
}

/**
 * @param {string} file absolute
 * @returns {import('./values.mjs').Read<string>}
 */
function readFile(file) {
  try {
    accessSync(file, constants.R_OK)
    return { value: file }
  } catch (error) {
    return { fault: `names ${file}, which can't be read (${codeOf(error)}): name a file that this user may read` }
  }
}

/**
 * Where JSON is broken, without quoting it as the parser's own message does.
 * @param {unknown} error
 * @param {string} content
 */
function placeOf(error, content) {
  const [, position] = /position (\d+)/.exec(error instanceof Error ? error.message : '') ?? []
  if (position === undefined) return ''
  return ` (line ${content.slice(0, Number(position)).split('\n').length})`
}

/** @param {unknown} error */
const codeOf = (error) => /** @type {NodeJS.ErrnoException} */ (error).code

/** @param {string} key */
const shortened = (key) => JSON.stringify(key.length > 30 ? `${key.slice(0, 27)}...` : key)

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
