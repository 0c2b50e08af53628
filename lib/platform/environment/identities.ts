import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import {
  type ParsedEnvironmentVariable,
  readEndpoint,
  readGuid,
  readSubscriptionIds,
  readTenant,
} from './environment-values.ts'

/**
 * Azure identity from AZURE_IDENTITIES_FILE, which polls in addition to the default identity. It has exactly one kind
 * of credential: a secret, a token file or a certificate.
 */
export interface EnvironmentIdentity {
  /** name of the identity; polls, request budgets and the page Sources show it */
  name: string
  /** id or domain name of the Entra tenant */
  tenantId: string
  clientId: string
  clientSecret: string | null
  /** absolute path of the file that contains the federated token */
  federatedTokenFile: string | null
  /** absolute path of a PEM file with certificate and key */
  certificateFile: string | null
  /** address at which the identity signs in; null = the default of the cloud */
  authorityHost: string | null
  /** subscriptions that the identity polls, in lower case; `all` = all that it can see */
  subscriptions: string[] | 'all'
}

/**
 * Name of the default identity, which the usual Azure variables configure. Entries of the file cannot have this name.
 */
export const DEFAULT_IDENTITY = 'default'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/
const PROOFS = ['clientSecret', 'federatedTokenFile', 'certificateFile'] as const
const FIELDS = ['name', 'tenantId', 'clientId', ...PROOFS, 'authorityHost', 'subscriptions']
/**
 * Minimum length of a client secret. Entra ID issues only longer secrets, and a shorter one could not be masked in
 * logs.
 */
const SHORTEST_SECRET = 8
/** Bits of a file mode that permit the group or other users to read the file. */
const READABLE = 0o044

/**
 * Reads the file with Azure identities. The text of a fault names the line or field in the file, but never contains a
 * value that may be secret.
 * @param text path of the file
 * @param root folder to which a relative path refers
 * @returns faults and warnings, one line each, without the name of the variable. If there is a fault, no identities are
 *   returned
 */
export function parseIdentitiesFile(
  text: string,
  root: string,
): { identities: EnvironmentIdentity[]; faults: string[]; warnings: string[] } {
  const file = path.resolve(root, text)
  const warnings: string[] = []
  const none = (fault: string) => ({ identities: [], faults: [`${file} ${fault}`], warnings })
  let content: string
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
  let parsed: unknown
  try {
    parsed = JSON.parse(content)
  } catch (error) {
    return none(`is not JSON${placeOf(error, content)}: write it as docs/operations.md shows`)
  }
  const list = isObject(parsed) ? parsed.identities : null
  if (!Array.isArray(list) || list.length === 0) {
    return none('has no identities: write it like {"identities": [{"name": "...", "tenantId": "...", ...}]}')
  }
  const faults: string[] = []
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
 * Reads one entry of the file with Azure identities.
 * @param folder folder to which relative paths refer
 * @returns the identity; it is incomplete if a fault was reported
 */
function readIdentity(
  entry: unknown,
  folder: string,
  report: (field: string, fault: string) => void,
): EnvironmentIdentity {
  const given = isObject(entry) ? entry : {}
  if (!isObject(entry)) report('', 'is no object: write it like {"name": "...", "tenantId": "...", ...}')
  for (const key of Object.keys(given)) {
    if (!FIELDS.includes(key)) report('', `has ${shortened(key)}, which is unknown: use ${FIELDS.join(', ')}`)
  }
  /**
   * Reads a field of the entry, and reports its fault.
   * @param whenMissing advice that is reported if the field is missing; null = the field is optional
   */
  const read = <T>(
    field: string,
    reader: (text: string) => ParsedEnvironmentVariable<T>,
    whenMissing: string | null,
  ): T | null => {
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
  const file = (field: string) => read(field, (text) => readFile(path.resolve(folder, text)), null)
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

function readOwnSubscriptions(given: unknown, report: (field: string, fault: string) => void): string[] | 'all' {
  if (given === '*') return 'all'
  if (!Array.isArray(given) || given.length === 0 || !given.every((id) => typeof id === 'string')) {
    report('subscriptions', 'is no list: give ["<subscription id>", ...], or "*" for all that it sees')
    return []
  }
  const result = readSubscriptionIds(given.join(','))
  if ('value' in result) return result.value
  report('subscriptions', result.fault)
  return []
}

function readName(text: string): ParsedEnvironmentVariable<string> {
  if (text === DEFAULT_IDENTITY) {
    return { fault: `"${DEFAULT_IDENTITY}" is the environment’s own credential: choose another` }
  }
  return NAME.test(text) ? { value: text } : { fault: 'is no name: use letters, digits, ".", "_" and "-", at most 63' }
}

function readSecret(text: string): ParsedEnvironmentVariable<string> {
  if (text.length >= SHORTEST_SECRET) return { value: text }
  return { fault: 'is too short: give the value of the secret, not its id' }
}

/**
 * Checks that a file can be read.
 * @param file absolute path
 */
function readFile(file: string): ParsedEnvironmentVariable<string> {
  try {
    accessSync(file, constants.R_OK)
    return { value: file }
  } catch (error) {
    return { fault: `names ${file}, which can't be read (${codeOf(error)}): name a file that this user may read` }
  }
}

/**
 * Returns the line number of a JSON error in the form ` (line 3)`; empty if unknown. The message of the parser is not
 * used, because it may quote secrets.
 */
function placeOf(error: unknown, content: string) {
  const [, position] = /position (\d+)/.exec(error instanceof Error ? error.message : '') ?? []
  if (position === undefined) return ''
  return ` (line ${content.slice(0, Number(position)).split('\n').length})`
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code

const shortened = (key: string) => JSON.stringify(key.length > 30 ? `${key.slice(0, 27)}...` : key)

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
