import { isJsonObject, type ExactJson, type JsonObject, parseExactJson } from '#lib/azure/decode/json.ts'
import { measureJsonDepth } from '#lib/contract/json-depth.ts'
import { formatExactJson } from '../exact-text.ts'
import { type KeepableDataKind, PLACEHOLDER_ORIGIN_IN_RECORDINGS } from '../recording-format.ts'
import { AddressMap } from './addresses.ts'
import { KeyedPseudonyms } from './keyed-pseudonyms.ts'
import {
  hasAzureWordsOnly,
  isTextOfAzure,
  isAzureRegionName,
  isSentenceField,
  isWellKnownAzureName,
  AZURE_QUERY_PARAMETERS,
  SECRET_FIELD_PATTERN,
  AZURE_TIME_PATTERN,
} from './vocabulary.ts'

const GUID = '(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])'
const IPV4 = '\\d{1,3}(?:\\.\\d{1,3}){3}'
/**
 * Patterns of texts that are private wherever they occur, and are replaced. The order matters: a form comes before the
 * other forms that can be a part of it.
 */
const FORMS = {
  link: '[a-z][a-z0-9+.-]{0,20}://[^\\s\'"<>]*',
  path: '/subscriptions/[^\\s\'"<>]*[^\\s\'"<>.,;:)]',
  person:
    '(?<![\\p{L}\\p{M}\\p{N}_.+#-])[\\p{L}\\p{M}\\p{N}_.+#-]+@[\\p{L}\\p{M}\\p{N}_-]+(?:\\.[\\p{L}\\p{M}\\p{N}_-]+)+',
  guid: GUID,
  hex: '(?<![0-9a-z])[0-9a-f]{32,}(?![0-9a-z])',
  mac: '(?<![\\w.:-])(?:[0-9a-f]{4}\\.[0-9a-f]{4}\\.[0-9a-f]{4}|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2})(?![\\w.:-])',
  ipv6: `(?<![\\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:${IPV4}|[0-9a-f]{0,4})(?:/\\d{1,3})?(?![\\w:]|\\.\\d)`,
  ipv4: `(?<![\\d.])${IPV4}(?:/\\d{1,2})?(?!\\d|\\.\\d)`,
} as const
type Form = keyof typeof FORMS
const ANY_FORM = anyOf(FORMS)
/** Pattern that splits a sentence into these private forms, times, and other words. */
const ANY_PART = anyOf({ time: AZURE_TIME_PATTERN, ...FORMS, word: '[\\p{L}\\p{M}\\p{N}_][\\p{L}\\p{M}\\p{N}_.-]*' })
/** Pattern for a unit of time after a number. The number is then a waiting time and is not replaced. */
const IS_COUNTED = /^'?\s(?:seconds?|minutes?|hours?)\b/i

function anyOf(forms: Record<string, string>): RegExp {
  const groups = Object.entries(forms).map(([name, form]) => `(?<${name}>${form})`)
  return new RegExp(groups.join('|'), 'giu')
}

/** Parts of an ARM id that are followed by the id of an Azure operation. */
const OPERATIONS = new Set(['operationresults', 'operations', 'operationstatuses'])
const MASK = '****'
/**
 * Empty set of names. It is used for requests and headers, so that equal texts in them are always replaced by equal
 * values, whatever names were found in earlier bodies.
 */
const NO_NAMES: ReadonlySet<string> = new Set()
const NOT_MAPPED = { clean: '', isWhole: false }
const FIGURES_OF_QUERY = /^[\dTZPTHMSD:.+/-]{1,60}$/
/** Values of headers that stay unchanged: times, durations, numbers and media types. */
const PLAIN_HEADER =
  /^(?:\d{1,9}|[\d:.]{1,20}|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT|(?:application|text)\/(?:json|html|plain|xml)(?:; ?charset=(?:utf-8|us-ascii|iso-8859-1))?)$/i
/** Minimum length of a name for replacing it in sentences. A shorter name may be an ordinary word. */
const MIN_KNOWN = 4

/**
 * Removes private data from Azure's requests and responses. Secrets are deleted. Ids, names and addresses are replaced
 * by artificial values; equal values stay equal (ADR 0120). Every text that is not part of Azure's vocabulary counts as
 * private.
 */
export class PrivateDataRemover {
  readonly #keyed: KeyedPseudonyms
  readonly #addresses: AddressMap
  readonly #keepsNames: boolean
  readonly #keepsAddresses: boolean
  /**
   * Names that occurred in ids so far, in lower case. They are replaced in sentences, too, even if they consist of
   * words that Azure uses.
   */
  readonly #names = new Set<string>()
  readonly #secrets = new Set<string>()

  constructor(key: Buffer, kept: readonly KeepableDataKind[]) {
    this.#keyed = new KeyedPseudonyms(key)
    this.#addresses = new AddressMap(this.#keyed)
    this.#keepsNames = kept.includes('names')
    this.#keepsAddresses = kept.includes('addresses')
  }

  /**
   * Returns the path and query of a URL without private data and without the origin.
   * @param url absolute URL, or a path
   */
  url(url: string): string {
    const { pathname, searchParams } = new URL(url, PLACEHOLDER_ORIGIN_IN_RECORDINGS)
    const path = this.#path(pathname)
    const isOperation = [...OPERATIONS].some((each) => pathname.toLowerCase().includes(`/${each}/`))
    const query = [...searchParams].map(
      ([name, value]) =>
        [
          AZURE_QUERY_PARAMETERS.has(name.toLowerCase()) ? name : this.#member(name),
          this.#parameter(name, value, isOperation),
        ] as const,
    )
    return query.length === 0 ? path : `${path}?${new URLSearchParams(query.map((pair) => [...pair])).toString()}`
  }

  #parameter(name: string, value: string, isOperation: boolean): string {
    const key = name.toLowerCase()
    if (isOperation ? key !== 'api-version' : !AZURE_QUERY_PARAMETERS.has(key)) return this.#opaque(value)
    return /^(?:\$?top|timespan|interval|starttime|endtime|api-version)$/.test(key) && FIGURES_OF_QUERY.test(value)
      ? value
      : this.#sentence(value, NO_NAMES)
  }

  /**
   * Returns a body without private data. If it is not JSON (for example the page of a proxy), it is replaced by a text
   * with its length.
   */
  body(text: string): string {
    if (text.trim() === '' || text.trim() === 'null') return text.trim()
    const json = jsonOf(text)
    if (json === null) return `(${text.length} characters that are not JSON)`
    this.#learn(json)
    const scrubbed = this.#value(json, '', '', false)
    return this.#withoutSecrets(formatExactJson(scrubbed))
  }

  /**
   * Finds the names in all ids of a body before anything is replaced, because a sentence may contain a name that an id
   * shows only later.
   */
  #learn(value: ExactJson): void {
    if (typeof value === 'string') {
      if (value.startsWith('/subscriptions/')) this.#path(value)
    } else if (Array.isArray(value)) for (const item of value) this.#learn(item)
    else if (isJsonObject(value)) for (const member of Object.values(value)) this.#learn(member)
  }

  /** @param isFree true = the value is inside tags or an unknown field, so all of it is private */
  #value(value: ExactJson, key: string, parent: string, isFree: boolean): ExactJson {
    if (typeof value === 'string') return this.#string(value, key, parent, isFree)
    if (Array.isArray(value)) return value.map((item) => this.#value(item, key, parent, isFree))
    if (isJsonObject(value)) return this.#object(value, key, isFree)
    return isFree && !this.#keepsNames && typeof value !== 'boolean' && value !== null ? 0 : value
  }

  #object(object: JsonObject, key: string, isFree: boolean): JsonObject {
    const isBelow = isFree || key.toLowerCase() === 'tags'
    const entries = Object.entries(object).map(([name, value]): [string, ExactJson] => {
      if (SECRET_FIELD_PATTERN.test(name))
        return [isBelow ? this.#hashed(name) : this.#member(name), this.#masked(value)]
      const isKnown = !isBelow && hasAzureWordsOnly(name)
      const { clean, isWhole } = isKnown ? NOT_MAPPED : this.#embedded(name)
      if (isWhole) return [clean, this.#value(value, '', key, isBelow)]
      return [isKnown ? name : this.#hashed(name), this.#value(value, name, key, !isKnown)]
    })
    return Object.fromEntries(entries)
  }

  #member(name: string): string {
    return hasAzureWordsOnly(name) ? name : this.name(name)
  }

  #masked(value: ExactJson): ExactJson {
    if (value === null) return null
    if (typeof value === 'string' && value.length >= 8) this.#secrets.add(value)
    return Array.isArray(value) ? [] : MASK
  }

  #withoutSecrets(text: string): string {
    let clean = text
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, MASK)
    return clean
  }

  #string(text: string, key: string, parent: string, isFree: boolean): string {
    const isOfPair = /^(?:value|localizedValue)$/i.test(key)
    // for a pair `{value, localizedValue}`, the name of the field that contains the pair determines how the text is
    // handled
    const name = isOfPair ? parent : key
    if (/^nextLink$/i.test(key) && !isFree) return this.#link(text)
    // A route table may contain a classful network without its prefix length. The length then follows from the class.
    if (key.toLowerCase() === 'network' && !text.includes('/')) {
      const network = this.#address(text, classLength(text))
      if (network !== null) return network
    }
    const { clean, isWhole } = this.#embedded(text)
    if (isWhole) return clean
    if (isFree) return this.#hashed(text)
    if (isTextOfAzure(text, name)) return text
    const isType = (key === 'name' && parent.toLowerCase() === 'sku') || (isOfPair && parent.toLowerCase() === 'name')
    if (isType && hasAzureWordsOnly(text)) return text
    return isSentenceField(name) ? this.#sentence(text) : this.name(text)
  }

  /**
   * Replaces the private forms in a text, such as links, ids, mail addresses and network addresses.
   * @returns `clean`: the new text; `isWhole`: true if the text consists only of such forms and separators
   */
  #embedded(text: string): { clean: string; isWhole: boolean } {
    let clean = ''
    let rest = ''
    let end = 0
    for (const match of text.matchAll(ANY_FORM)) {
      const mapped = this.#form(match[0], match.groups ?? {})
      if (mapped === null) continue
      const between = text.slice(end, match.index)
      rest += between
      clean += between + mapped
      end = match.index + match[0].length
    }
    return { clean: clean + text.slice(end), isWhole: /^[\s,;W/"()~|-]*$/.test(rest + text.slice(end)) }
  }

  /** Replaces a part of a text according to its form. Returns null if it only looks like an address. */
  #form(found: string, groups: Partial<Record<Form, string>>): string | null {
    if (groups.link) return withoutEnd(found, (url) => this.#link(url))
    if (groups.path) return this.#path(found)
    if (groups.person) return `person-${this.#keyed.hex('person', found.toLowerCase(), 8)}@example.invalid`
    if (groups.guid) return this.#guid(found)
    if (groups.hex) return this.#keyed.hex('hex', found.toLowerCase(), Math.min(64, found.length))
    if (groups.mac) return this.#mac(found)
    return groups.ipv4 || groups.ipv6 ? this.#address(found) : null
  }

  /**
   * Replaces the private parts of a sentence. Words of Azure, times and waiting times stay; all other words and numbers
   * are replaced.
   * @param names names to replace even if they consist of words that Azure uses
   */
  #sentence(text: string, names: ReadonlySet<string> = this.#names): string {
    return text.replace(ANY_PART, (found: string, ...more: unknown[]) => {
      const groups = more.at(-1) as Partial<Record<Form | 'time', string>>
      if (groups.time) return found
      const mapped = this.#form(found, groups)
      if (mapped !== null) return mapped
      const after = text.slice(Number(more.at(-3)) + found.length)
      return withoutEnd(found, (word) => {
        if (/^\d+$/.test(word) && !this.#keepsNames) return word.length <= 5 && IS_COUNTED.test(after) ? word : '0'
        if (names.has(word.toLowerCase())) return this.name(word)
        return isWellKnownAzureName(word) || hasAzureWordsOnly(word) ? word : this.name(word)
      })
    })
  }

  /** Replaces a name, unless Azure itself gives this name to resources. */
  name(text: string): string {
    return isWellKnownAzureName(text) || text === '' ? text : this.#hashed(text)
  }

  #hashed(text: string): string {
    return this.#keepsNames ? text : `name-${this.#keyed.hex('name', text.toLowerCase(), 8)}`
  }

  #learnedName(text: string): string {
    if (text.length >= MIN_KNOWN) this.#names.add(text.toLowerCase())
    return this.name(text)
  }

  #path(path: string): string {
    const out: string[] = []
    let at: 'container' | 'namespace' | 'type' | 'name' = 'container'
    let before = ''
    for (const encoded of path.split('/')) {
      const segment = decoded(encoded)
      const key = segment.toLowerCase()
      let shown = segment
      if (key === 'providers') at = 'namespace'
      else if (at === 'container') shown = this.#container(segment, before)
      else if (at === 'namespace' || at === 'type') {
        shown = this.#member(segment)
        at = at === 'namespace' ? 'type' : 'name'
      } else {
        shown = OPERATIONS.has(before)
          ? this.#opaque(segment)
          : before === 'metrics'
            ? this.#member(segment)
            : before === 'locations' && isAzureRegionName(segment)
              ? segment
              : this.#segment(segment)
        at = 'type'
      }
      out.push(encodeURI(shown).replaceAll('?', '%3F').replaceAll('#', '%23'))
      before = key
    }
    return out.join('/')
  }

  #container(segment: string, before: string): string {
    if (before === 'subscriptions') return this.#segment(segment)
    return before === 'resourcegroups' || !hasAzureWordsOnly(segment) ? this.#segment(segment) : segment
  }

  #segment(segment: string): string {
    const { clean, isWhole } = this.#embedded(segment)
    return isWhole ? clean : this.#learnedName(segment)
  }

  #link(url: string): string {
    if (!URL.canParse(url)) return this.name(url)
    const { hostname, pathname } = new URL(url)
    if (/\/subscriptions(\/|$)/i.test(pathname)) return `${PLACEHOLDER_ORIGIN_IN_RECORDINGS}${this.url(url)}`
    return `https://${this.#keyed.hex('host', hostname, 8)}.invalid/`
  }

  /** Replaces private data in the value of a header. The name of the header decides how. */
  header(name: string, value: string): string {
    if (/location|operation$/.test(name) && URL.canParse(value, PLACEHOLDER_ORIGIN_IN_RECORDINGS))
      return `${PLACEHOLDER_ORIGIN_IN_RECORDINGS}${this.url(value)}`
    return PLAIN_HEADER.test(value) ? value : this.#sentence(value, NO_NAMES)
  }

  #opaque(value: string): string {
    return `o${this.#keyed.hex('opaque', value, 24)}`
  }

  #guid(guid: string): string {
    const digits = this.#keyed.hex('guid', guid.toLowerCase(), 32)
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(13, 16)}`,
      `a${digits.slice(17, 20)}`,
      digits.slice(20),
    ].join('-')
  }

  #mac(mac: string): string {
    if (this.#keepsAddresses) return mac
    const digits = this.#keyed.hex('mac', mac.toLowerCase().replace(/[.:-]/g, ''), 12)
    let next = 0
    return mac.replace(/[0-9a-f]/gi, () => digits[next++] ?? '0')
  }

  /**
   * Replaces an address or prefix.
   * @returns null if the text is not an address
   */
  #address(text: string, length?: number): string | null {
    const mapped = this.#addresses.map(text, length)
    return this.#keepsAddresses && mapped !== null ? text : mapped
  }
}

/** Returns the prefix length of a classful IPv4 network (8, 16 or 24); undefined if its host bits are not 0. */
function classLength(text: string): number | undefined {
  const octets = text.split('.').map(Number)
  if (octets.length !== 4 || octets.some((octet) => !Number.isInteger(octet))) return undefined
  const [first = 0] = octets
  const bytes = first < 128 ? 1 : first < 192 ? 2 : 3
  return octets.slice(bytes).every((octet) => octet === 0) ? bytes * 8 : undefined
}

/** Replaces a word of a sentence. A punctuation mark at its end stays. */
function withoutEnd(text: string, map: (part: string) => string): string {
  const end = /[.,;:)-]$/.test(text) ? text.slice(-1) : ''
  return map(end === '' ? text : text.slice(0, -1)) + end
}

/** Maximum nesting depth of a recorded body. Azure's deepest responses have about 20 levels. */
const MAX_DEPTH = 200

/**
 * Parses a body.
 * @returns null if it is not a JSON object or array, or has too many levels
 */
function jsonOf(text: string): ExactJson {
  try {
    const json = measureJsonDepth(text) > MAX_DEPTH ? null : parseExactJson(text)
    return typeof json === 'object' ? json : null
  } catch {
    return null
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
